import { createTensor } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
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

/** SUB as `a + (−b)`, which rounds to the same numbers. */
export function readSub(context: OperatorContext): OperatorResult {
  const a = context.value(0);
  if (context.isConstant(1)) {
    const negated = changedConstant(context, 1, 'negated', (value) => -value);
    return context.node('add', [a, negated], {}, activationOf(context, 28));
  }
  const minusOne = createTensor('float32', [1], Float32Array.of(-1));
  const factor = context.parameter(`${valueName(context.output)}/minus-one`, minusOne, 'constant');
  const negated = context.helper('mul', [context.value(1), factor], {});
  return context.node('add', [a, negated], {}, activationOf(context, 28));
}

/** DIV by a constant as a multiplication by its reciprocal, which rounds twice where a division rounds once. */
export function readDiv(context: OperatorContext): OperatorResult {
  if (!context.isConstant(1)) refuse('divides by a number that the network computes, which is not supported');
  const reciprocal = changedConstant(context, 1, 'reciprocal', (value) => 1 / value);
  return context.node('mul', [context.value(0), reciprocal], {}, activationOf(context, 29));
}

/** The one number that all elements of the constant among the two inputs are, and the position of the other input. */
function scalarBound(context: OperatorContext): { bound: number; input: number } {
  const at = context.isConstant(1) ? 1 : 0;
  const { data } = context.constant(at, 'one of the two inputs');
  const bound = data[0] as number;
  if (!data.every((value) => value === bound)) {
    refuse('compares with a constant of different numbers; only one number for all elements is supported');
  }
  return { bound, input: 1 - at };
}

/** A leaky ReLU that is spelled out, if the network computes both inputs. */
function leakyRelu(context: OperatorContext, side: 'max' | 'min'): NodeResult | undefined {
  if (context.isConstant(0) || context.isConstant(1)) return undefined;
  const operands = [context.value(0), context.value(1)] as const;
  return emitLeakyRelu<NodeResult>(context.state, side, operands, context.node.bind(context));
}

/** MAXIMUM with one number: a clamp from below; with a part of the other input: a leaky ReLU. */
export function readMaximum(context: OperatorContext): OperatorResult {
  const leaky = leakyRelu(context, 'max');
  if (leaky !== undefined) return leaky;
  const { bound, input } = scalarBound(context);
  if (bound === 0) return context.node('relu', [context.value(input)], {});
  return context.node('clamp', [context.value(input)], { min: bound });
}

/** MINIMUM with one number: a clamp from above; with a multiple of the other input: a leaky ReLU. */
export function readMinimum(context: OperatorContext): OperatorResult {
  const leaky = leakyRelu(context, 'min');
  if (leaky !== undefined) return leaky;
  const { bound, input } = scalarBound(context);
  return context.node('clamp', [context.value(input)], { max: bound });
}
