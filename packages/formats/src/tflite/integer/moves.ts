/** @file Ops that take integers as they are: what they store stands for the same numbers before and after. */
import { sameQuantization } from '@sepconv/tensor';
import { type NodeResult, OperatorContext, type OperatorResult } from '../context.js';
import type { TfliteTensor } from '../model.js';
import { readConcat } from '../ops/concat.js';
import { padBy } from '../ops/pad.js';
import { readPoolWindow } from '../ops/pool2d.js';
import { readExpandDims, readReshape, readSqueeze } from '../ops/reshape.js';
import { byteValue } from './operands.js';

/** The same operator, for readers that do not care what its numbers mean: its values are the stored integers. */
class StoredContext extends OperatorContext {
  override value(input: number): string {
    return this.storedValue(input) ?? super.value(input);
  }
}

/** Whether two tensors that are quantized as a whole store the same numbers as the same integers. */
export function meansTheSame(a: TfliteTensor, b: TfliteTensor): boolean {
  const whole = ({ quantization }: TfliteTensor) => quantization && { ...quantization, axis: 0 };
  return a.type === b.type && sameQuantization(whole(a), whole(b));
}

/** The operator's stored integers, where those of the named inputs and of the output mean the same. */
function storedContext(context: OperatorContext, inputs: readonly number[]): StoredContext | undefined {
  const isSame = inputs.every(
    (input) => byteValue(context, input) !== undefined && meansTheSame(context.tensor(input), context.output),
  );
  return isSame ? new StoredContext(context.state, context.operator) : undefined;
}

const asStored = (result: OperatorResult): OperatorResult =>
  result.kind === 'node' ? { ...result, isStored: true } : result;

/** A reader of the first input's integers. */
const moving =
  (read: (context: OperatorContext) => OperatorResult) =>
  (context: OperatorContext): OperatorResult | undefined => {
    const stored = storedContext(context, [0]);
    return stored && asStored(read(stored));
  };

export const readIntegerReshape = moving(readReshape);
export const readIntegerSqueeze = moving(readSqueeze);
export const readIntegerExpandDims = moving(readExpandDims);

/** CONCATENATION without activation. */
export function readIntegerConcat(context: OperatorContext): OperatorResult | undefined {
  const stored = storedContext(
    context,
    context.operator.inputs.map((_, input) => input),
  );
  if (stored === undefined || context.options(10).int8(1, 'fused_activation_function') !== 0)
    return undefined;
  return asStored(readConcat(stored));
}

/** PAD with the zero point, which stands for 0, and PADV2 with a stored number. */
export function readIntegerPad(context: OperatorContext): OperatorResult | undefined {
  const stored = storedContext(context, [0]);
  if (stored === undefined) return undefined;
  if (!context.has(2)) return asStored(padBy(stored, context.tensor(0).quantization?.zeroPoint[0] ?? 0));
  const isSame = sameQuantization(context.tensor(2).quantization, context.tensor(0).quantization);
  const [value] = context.storedConstant(2, 'the padded number').data;
  return isSame && value !== undefined ? asStored(padBy(stored, value)) : undefined;
}

/** MAX_POOL_2D without activation. */
export function readIntegerMaxPool2d(context: OperatorContext): NodeResult | undefined {
  const stored = storedContext(context, [0]);
  if (stored === undefined) return undefined;
  const { attributes, activation } = readPoolWindow(stored);
  return activation === 0
    ? stored.node('max-pool2d', [stored.value(0)], attributes, { isStored: true })
    : undefined;
}
