/** @file Operators on each byte by itself become tables of what a runtime of TFLite files gives for each of the 256 bytes. */
import type { StoredAs } from '@sepconv/graph';
import { createTensor, storedRange, type Tensor } from '@sepconv/tensor';
import type { ByteType } from '../../byte-type.js';
import { everything, type Interval } from '../../range.js';
import { type NodeResult, type OperatorContext, valueName } from '../context.js';
import type { TfliteTensor } from '../model.js';
import type { ByteFunction, Stored, StoredFunction } from './byte-functions.js';
import { byteValue, storedOutput, tfliteBound } from './operands.js';

/** How a tensor of bytes that is quantized as a whole is stored. */
export function storedAs({ type, quantization }: TfliteTensor): Stored {
  const [scale = 1] = quantization?.scale ?? [];
  const [zeroPoint = 0] = quantization?.zeroPoint ?? [];
  return { dtype: type as ByteType, scale, zeroPoint };
}

/** One row of 256 entries for each function; a single function is a table for all channels. */
export function tableOf(
  input: Stored,
  { dtype, scale, zeroPoint, ...bounds }: StoredAs,
  functions: readonly StoredFunction[],
): Tensor<ByteType> {
  const limits = storedRange(dtype);
  const { min = limits.min, max = limits.max } = bounds;
  const { min: least } = storedRange(input.dtype);
  const entries = functions.flatMap((of) =>
    Array.from({ length: 256 }, (_, index) => Math.min(max, Math.max(min, of(index + least)))),
  );
  const data = dtype === 'int8' ? Int8Array.from(entries) : Uint8Array.from(entries);
  const shape = functions.length === 1 ? [256] : [functions.length, 256];
  return createTensor(dtype, shape, data as never, { scale: [scale], zeroPoint: [zeroPoint] });
}

/** The operator's table as a parameter. */
export const tableParameter = (context: OperatorContext, table: Tensor): string =>
  context.parameter(`${valueName(context.output)}/table`, table, 'constant');

/** A reader of one input of bytes that goes by this function, and clips to these real numbers. */
export const byTable =
  (functionOf: (context: OperatorContext) => ByteFunction, bounds: Interval = everything) =>
  (context: OperatorContext): NodeResult | undefined => {
    const [value, output] = [byteValue(context, 0), storedOutput(context, bounds, tfliteBound)];
    if (value === undefined || output === undefined) return undefined;
    const input = storedAs(context.tensor(0));
    const of = functionOf(context)(input, output);
    if (of === undefined) return undefined;
    const name = tableParameter(context, tableOf(input, output, [of]));
    return context.node('lookup', [value, name], {}, { isStored: true });
  };
