import { createTensor, storedRange, type Tensor } from '@sepconv/tensor';
import { type ByteType, isByteType } from '../../byte-type.js';
import type { NodeResult, OperatorContext } from '../context.js';
import type { TfliteOperator, TfliteTensor } from '../model.js';
import { tableParameter } from './tables.js';

/** Bytes as positions: the tensor of bytes, and where in the table the row of each channel begins. */
interface Positions {
  readonly bytes: TfliteTensor;
  readonly offsets?: TfliteTensor;
}

/** Whether positions are bytes cast to integers, to which the beginnings of rows are added where there are any. */
function positionsOf({ state }: OperatorContext, index: number): Positions | undefined {
  const { model, producers } = state;
  const castOf = (operator: TfliteOperator | undefined): TfliteTensor | undefined =>
    operator?.op === 'CAST' ? model.tensors[operator.inputs[0] ?? -1] : undefined;
  const last = producers.get(index);
  const plain = castOf(last);
  if (plain !== undefined) return { bytes: plain };
  if (last?.op !== 'ADD') return undefined;
  const [first = -1, second = -1] = last.inputs;
  const [bytes, offsets] = [castOf(producers.get(first)), model.tensors[second]];
  return bytes && offsets && { bytes, offsets };
}

/** GATHER from a table of bytes at positions that are bytes: any function of one byte, or one for each channel. */
export function readIntegerGather(context: OperatorContext): NodeResult | undefined {
  const options = context.options(23);
  const isPlain = options.int32(0, 'axis') === 0 && options.int32(1, 'batch_dims') === 0;
  if (!isPlain || !context.isConstant(0) || context.isConstant(1)) return undefined;
  const found = positionsOf(context, context.tensor(1).index);
  const value = found && context.state.stored.get(found.bytes.index);
  const table = context.tensor(0).quantization && context.storedConstant(0, 'the table');
  if (found === undefined || value === undefined || table === undefined || !isByteType(table.dtype))
    return undefined;
  const { shape, dtype } = context.state.builder.typeOf(value);
  const rows = table.data.length / 256;
  const { min: least } = storedRange(dtype as ByteType);
  const offsets =
    found.offsets === undefined
      ? [0]
      : found.offsets.type === 'int32' && found.offsets.data !== undefined
        ? readOffsets(context, found.offsets)
        : [];
  const fits =
    (rows === 1 || rows === shape.at(-1)) &&
    offsets.length === rows &&
    offsets.every((offset, row) => offset === 256 * row - least);
  if (!fits) return undefined;
  const lookup = createTensor(
    table.dtype,
    rows === 1 ? [256] : [rows, 256],
    table.data as never,
    table.quantization,
  ) as Tensor;
  return context.node('lookup', [value, tableParameter(context, lookup)], {}, { isStored: true });
}

const readOffsets = (context: OperatorContext, { data }: TfliteTensor): number[] => {
  const bytes = data as Uint8Array;
  context.state.budget.charge(bytes.length, 'the beginnings of rows');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getInt32(4 * i, true));
};
