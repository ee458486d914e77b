/** @file Ops that take integers as they are: what they store stands for the same numbers before and after. */
import { sameQuantization } from '@sepconv/tensor';
import { type NodeResult, OperatorContext, type OperatorResult } from '../context.js';
import type { TfliteTensor } from '../model.js';
import { composedReaders, readStridedSlice } from '../ops/composed.js';
import { concatAxis } from '../ops/concat.js';
import { padBy } from '../ops/pad.js';
import { readPoolWindow } from '../ops/pool2d.js';
import { readDepthToSpace, readExpandDims, readReshape, readSqueeze, readTranspose } from '../ops/reshape.js';
import { readSlice, readSplit, readSplitV } from '../ops/slice.js';
import { fround, roundAway } from './fixed-point.js';
import { byteValue, storedOutput } from './operands.js';
import { storedAs, tableOf, tableParameter } from './tables.js';

/** The same operator, for readers that do not care what its numbers mean: its values are the stored integers. */
class StoredContext extends OperatorContext {
  override value(input: number): string {
    return this.storedValue(input) ?? super.value(input);
  }

  override withInputs(inputs: readonly number[]): StoredContext {
    return new StoredContext(this.state, super.withInputs(inputs).operator);
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

const asStored = <Result extends OperatorResult>(result: Result): Result =>
  result.kind === 'node' ? { ...result, isStored: true } : result;

/** A reader of the integers at one input, which do not change. */
const moving =
  (read: (context: OperatorContext) => OperatorResult, input = 0) =>
  (context: OperatorContext): OperatorResult | undefined => {
    const stored = storedContext(context, [input]);
    return stored && asStored(read(stored));
  };

/** The same for an operator of several outputs. */
const movingInto =
  (read: (context: OperatorContext) => readonly OperatorResult[], input: number) =>
  (context: OperatorContext): readonly OperatorResult[] | undefined =>
    storedContext(context, [input]) && read(new StoredContext(context.state, context.operator)).map(asStored);

export const readIntegerReshape = moving(readReshape);
export const readIntegerSqueeze = moving(readSqueeze);
export const readIntegerExpandDims = moving(readExpandDims);
export const readIntegerTranspose = moving(readTranspose);
export const readIntegerDepthToSpace = moving(readDepthToSpace);
export const readIntegerSlice = moving(readSlice);
export const readIntegerStridedSlice = moving(readStridedSlice);
export const readIntegerMirrorPad = moving(composedReaders.MIRROR_PAD);
export const readIntegerReverse = moving(composedReaders.REVERSE_V2);
export const readIntegerSpaceToDepth = moving(composedReaders.SPACE_TO_DEPTH);
export const readIntegerUnpack = movingInto(composedReaders.UNPACK, 0);
export const readIntegerSplit = movingInto(readSplit, 1);
export const readIntegerSplitV = movingInto(readSplitV, 0);

/** PACK of values that mean the same. */
export function readIntegerPack(context: OperatorContext): OperatorResult | undefined {
  const stored = storedContext(
    context,
    context.operator.inputs.map((_, input) => input),
  );
  return stored && asStored(composedReaders.PACK(stored));
}

/**
 * Bytes that a concatenation stores as its output is, in float32. The runtimes do so for uint8 only.
 *
 * Source: TensorFlow Lite, kernels/internal/reference/concatenation.h, `ConcatenationWithScaling`.
 */
function rescaled(context: OperatorContext, input: number): string | undefined {
  const [value, output] = [byteValue(context, input), storedOutput(context)];
  const tensor = context.tensor(input);
  if (value === undefined || output === undefined || tensor.type !== output.dtype) return undefined;
  if (meansTheSame(tensor, context.output)) return value;
  const before = storedAs(tensor);
  const factor = fround(before.scale * fround(1 / output.scale));
  const offset = fround(-before.zeroPoint * factor);
  const table = tableOf(before, output, [
    (stored) => output.zeroPoint + roundAway(fround(fround(stored * factor) + offset)),
  ]);
  return context.helper('lookup', [value, tableParameter(context, table)], {});
}

/** CONCATENATION without activation. */
export function readIntegerConcat(context: OperatorContext): OperatorResult | undefined {
  if (context.options(10).int8(1, 'fused_activation_function') !== 0) return undefined;
  const values = context.operator.inputs.map((_, input) => rescaled(context, input));
  if (values.includes(undefined)) return undefined;
  const axis = concatAxis(context, context.shape(0).length);
  return context.node('concat', values as string[], { axis }, { isStored: true });
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
