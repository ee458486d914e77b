import { emitLeakyRelu } from '../../recognize-leaky-relu.js';
import { type NodeResult, type OperatorContext, type OperatorResult, valueName } from '../context.js';

const activationOf = (context: OperatorContext, optionsType: number) => ({
  activation: context.options(optionsType).int8(0, 'fused_activation_function'),
});

/** ADD, with NumPy's broadcasting. */
export function readAdd(context: OperatorContext): OperatorResult {
  return context.node('add', [context.value(0), context.value(1)], {}, activationOf(context, 11));
}

/** MUL, with NumPy's broadcasting. */
export function readMul(context: OperatorContext): OperatorResult {
  return context.node('mul', [context.value(0), context.value(1)], {}, activationOf(context, 21));
}

/** A constant input with `change` applied to every number, as a parameter. */
function changedConstant(
  context: OperatorContext,
  input: number,
  how: string,
  change: (value: number) => number,
): string {
  const tensor = context.constant(input, `input ${input}`);
  const changed = context.state.derived.map(tensor, how, change);
  return context.parameter(`${valueName(context.output)}/constant`, changed, 'constant');
}

/** SUB; of a constant `a + (−b)`, which rounds to the same numbers and may be part of a layer. */
export function readSub(context: OperatorContext): OperatorResult {
  const a = context.value(0);
  if (!context.isConstant(1))
    return context.node('sub', [a, context.value(1)], {}, activationOf(context, 28));
  const negated = changedConstant(context, 1, 'negated', (value) => -value);
  return context.node('add', [a, negated], {}, activationOf(context, 28));
}

/** DIV by a constant as a multiplication by its reciprocal, which rounds twice where a division rounds once. */
export function divideByConstant(context: OperatorContext): NodeResult {
  const reciprocal = changedConstant(context, 1, 'reciprocal', (value) => 1 / value);
  return context.node('mul', [context.value(0), reciprocal], {}, activationOf(context, 29));
}

/** The one number that all elements of a constant among the two inputs are, and the position of the other input. */
function scalarBound(context: OperatorContext): { bound: number; input: number } | undefined {
  const at = context.isConstant(1) ? 1 : 0;
  if (!context.isConstant(at) || context.isConstant(1 - at)) return undefined;
  const { data, shape } = context.constant(at, 'one of the two inputs');
  const own = context.shape(1 - at);
  const before = own.length - shape.length;
  // A constant that is larger than the value would repeat it.
  const fits = before >= 0 && shape.every((size, axis) => size === 1 || size === own[before + axis]);
  const bound = data[0];
  // An infinite bound is no clamp's: it is compared with as any constant.
  return bound !== undefined && Number.isFinite(bound) && fits && data.every((value) => value === bound)
    ? { bound, input: 1 - at }
    : undefined;
}

/** A leaky ReLU that is spelled out, if the network computes both inputs. */
function leakyRelu(context: OperatorContext, side: 'max' | 'min'): NodeResult | undefined {
  if (context.isConstant(0) || context.isConstant(1)) return undefined;
  const operands = [context.value(0), context.value(1)] as const;
  return emitLeakyRelu<NodeResult>(context.state, side, operands, context.node.bind(context));
}

/** MAXIMUM; with one number a clamp from below, with a part of the other input a leaky ReLU. */
export function readMaximum(context: OperatorContext): OperatorResult {
  const leaky = leakyRelu(context, 'max');
  if (leaky !== undefined) return leaky;
  const found = scalarBound(context);
  if (found === undefined) return context.node('maximum', [context.value(0), context.value(1)], {});
  const input = [context.value(found.input)];
  return found.bound === 0
    ? context.node('relu', input, {})
    : context.node('clamp', input, { min: found.bound });
}

/** MINIMUM; with one number a clamp from above, with a multiple of the other input a leaky ReLU. */
export function readMinimum(context: OperatorContext): OperatorResult {
  const leaky = leakyRelu(context, 'min');
  if (leaky !== undefined) return leaky;
  const found = scalarBound(context);
  if (found === undefined) return context.node('minimum', [context.value(0), context.value(1)], {});
  return context.node('clamp', [context.value(found.input)], { max: found.bound });
}
