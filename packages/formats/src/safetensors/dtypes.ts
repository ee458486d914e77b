import type { DType } from '@sepconv/tensor';
import { refuse } from '../errors.js';

/** How the elements of a safetensors type become ours. */
export interface StoredType {
  /** Bytes of one element in the file. */
  readonly bytes: number;
  /** The type here; types that it lacks become the next one that holds all their numbers, or those that occur. */
  readonly dtype: DType;
  /** Reads one element at a byte offset; float16 stays the bit pattern that it is. */
  read(view: DataView, at: number): number;
}

function expectInt32(value: number | bigint): number {
  if (value >= -(2 ** 31) && value < 2 ** 31) return Number(value);
  return refuse(`holds the integer ${value}, but only 32 bits are supported`);
}

const widened = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
function readBfloat16(view: DataView, at: number): number {
  widened.setUint32(0, view.getUint16(at, true) << 16);
  return widened.getFloat32(0);
}

/** Types by their name in a file. */
export const storedTypes: ReadonlyMap<string, StoredType> = new Map(
  Object.entries<StoredType>({
    F64: { bytes: 8, dtype: 'float64', read: (view, at) => view.getFloat64(at, true) },
    F32: { bytes: 4, dtype: 'float32', read: (view, at) => view.getFloat32(at, true) },
    F16: { bytes: 2, dtype: 'float16', read: (view, at) => view.getUint16(at, true) },
    BF16: { bytes: 2, dtype: 'float32', read: readBfloat16 },
    I64: { bytes: 8, dtype: 'int32', read: (view, at) => expectInt32(view.getBigInt64(at, true)) },
    U64: { bytes: 8, dtype: 'int32', read: (view, at) => expectInt32(view.getBigUint64(at, true)) },
    I32: { bytes: 4, dtype: 'int32', read: (view, at) => view.getInt32(at, true) },
    U32: { bytes: 4, dtype: 'int32', read: (view, at) => expectInt32(view.getUint32(at, true)) },
    I16: { bytes: 2, dtype: 'int32', read: (view, at) => view.getInt16(at, true) },
    U16: { bytes: 2, dtype: 'int32', read: (view, at) => view.getUint16(at, true) },
    I8: { bytes: 1, dtype: 'int8', read: (view, at) => view.getInt8(at) },
    U8: { bytes: 1, dtype: 'uint8', read: (view, at) => view.getUint8(at) },
    BOOL: { bytes: 1, dtype: 'uint8', read: (view, at) => view.getUint8(at) },
  }),
);

/** The name under which each of our types is written. */
export const writtenTypes: { readonly [D in DType]: string } = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  int32: 'I32',
  int8: 'I8',
  uint8: 'U8',
};
