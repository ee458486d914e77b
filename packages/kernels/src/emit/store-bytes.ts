/**
 * @file From int32 sums in registers to stored bytes: `clip(zeroPoint + round(sum · ratio[o]))`, the product and its rounding in
 * float32, halves to the even integer.
 */
import type { Engine } from '../plan/engine.js';
import { type ByteSums, type ByteType, float32Bits, type StoredSums } from '../plan/integers.js';
import { floatBytes, lanes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, i8x16, i16x8, i32x4, type Local, set, v128 } from '../wasm/instructions.js';
import { moveOn } from './address.js';
import { clampTo } from './arithmetic.js';

const vectorBytes = lanes * floatBytes;

/** Vectors of sums that become one of bytes. */
const sumsOfVector = 4;

/** A float whose neighbours are 1 apart: adding it rounds a small number to an integer, which is then in its lowest bits. */
const rounder = 1.5 * 2 ** 23;

const rounderBits = float32Bits(rounder);

/** What the sums of a function need to become bytes, vectors with the same number in every lane. */
export interface ByteConstants {
  readonly dtype: ByteType;
  /** The bounds less the zero point; absent where narrowing clips all that there can be. */
  readonly bounds?: { readonly least: Code; readonly most: Code };
  /** The bits of {@link rounder} less the zero point. */
  readonly origin: Code;
  readonly rounder: Code;
  /** Whether V8 joins neighbouring vectors. */
  readonly isJoined: boolean;
}

/** The constants of a kernel's sums, where it has integers that become bytes. */
export function byteConstantsOf(
  f: FunctionBuilder,
  engine: Engine,
  { integers }: { readonly integers?: StoredSums },
): ByteConstants | undefined {
  return integers === undefined || integers.dtype === 'int32'
    ? undefined
    : byteConstants(f, engine, integers);
}

/** The constants of sums that are known now. */
export function byteConstants(f: FunctionBuilder, engine: Engine, sums: ByteSums): ByteConstants {
  const { dtype, zeroPoint, min, max, isNear } = sums;
  return {
    dtype,
    ...(isNear !== true && {
      bounds: { least: f.constant(min - zeroPoint), most: f.constant(max - zeroPoint) },
    }),
    origin: f.integerConstant(rounderBits - zeroPoint),
    rounder: f.constant(rounder),
    isJoined: engine.vectorsPerRegister > 1,
  };
}

/** The constants of sums whose numbers are parameters of the function. */
export function givenByteConstants(
  f: FunctionBuilder,
  engine: Engine,
  { dtype, isNear }: Pick<ByteSums, 'dtype' | 'isNear'>,
  given: (name: 'zeroPoint' | 'least' | 'most') => Local,
): ByteConstants {
  return {
    dtype,
    ...(isNear !== true && {
      bounds: { least: f.floatOf(given('least')), most: f.floatOf(given('most')) },
    }),
    origin: f.integerMinus(rounderBits, given('zeroPoint')),
    rounder: f.constant(rounder),
    isJoined: engine.vectorsPerRegister > 1,
  };
}

/** The sums of a few pixels. */
export interface ByteBlock {
  readonly constants: ByteConstants;
  readonly rows: number;
  /** Vectors of channels, and the channels in them; the last vector may be partly used. */
  readonly vectors: number;
  readonly columns: number;
  /** Bytes from a pixel to the next, as in `SumBlock`: a local moves `output`, which stands behind the last pixel afterwards. */
  readonly rowStride: number | Local;
  readonly output: Local;
  /** Bytes from `output` to the first byte. */
  readonly offset: number;
  /** Where the ratios of the columns lie, and registers for as many vectors of them. */
  readonly ratios: Local;
  readonly factors: readonly Local[];
  sum(row: number, vector: number): Local;
}

/** Stores the first `count` bytes of a vector, 1 to 16, and touches none behind them. */
export function storeFirstBytes(address: Code, value: Local, offset: number, count: number): Code {
  if (count === 16) return v128.store(address, get(value), offset);
  const pieces = [
    [8, v128.store64Lane],
    [4, v128.store32Lane],
    [2, v128.store16Lane],
    [1, v128.store8Lane],
  ] as const;
  let from = 0;
  return pieces.map(([bytes, storeLane]) => {
    if (count - from < bytes) return [];
    from += bytes;
    return storeLane(address, get(value), from / bytes - 1, offset + from - bytes);
  });
}

/** Up to four vectors of integers as bytes in the first one's register. */
export function narrowToBytes(dtype: ByteType, isJoined: boolean, integers: readonly Local[]): Code {
  const narrow = dtype === 'int8' ? i8x16.narrowI16x8S : i8x16.narrowI16x8U;
  const halves = (x: Local, y: Local): Code => i16x8.narrowI32x4S(get(x), get(y));
  // Where there are no more, any others do: their bytes are not stored.
  const [a, b = a, c = a, d = b] = integers as [Local, Local?, Local?, Local?];
  if (!isJoined || integers.length < sumsOfVector) return set(a, narrow(halves(a, b), halves(c, d)));
  // Both halves' first operands have to be neighbours for V8 to join them, and so all that leads to them.
  const mixed = narrow(halves(a, c), halves(b, d));
  return [set(a, mixed), set(a, f32x4.shuffle(get(a), get(a), [0, 2, 1, 3]))];
}

/**
 * Turns four sums into the integers that are stored, still of 32 bits; where there are no bounds, what is beyond bytes stays beyond
 * them. A product up to 2²² in size is rounded by {@link rounder}. Up to 2²³ it may become a neighbour, far from all bytes: the
 * bits of positive floats, which all sums with the rounder are, are in the order of the floats.
 */
export function roundToBytes({ bounds, ...constants }: ByteConstants, sum: Local, ratio: Code): Code {
  const scaled = f32x4.mul(f32x4.convertI32x4S(get(sum)), ratio);
  const limited = bounds === undefined ? scaled : clampTo(scaled, bounds.least, bounds.most);
  const moved = f32x4.add(limited, constants.rounder);
  return set(sum, i32x4.sub(moved, constants.origin));
}

/** Stores a block of sums. */
export function storeBytes(block: ByteBlock): Code {
  const { constants, rows, vectors, columns, rowStride, output, factors } = block;
  const loadRatio = (factor: Local, vector: number): Code =>
    set(factor, v128.load(get(block.ratios), vector * vectorBytes));
  return [
    factors.slice(0, vectors).map(loadRatio),
    Array.from({ length: rows }, (_, row) => {
      const sums = Array.from({ length: vectors }, (_, vector) => block.sum(row, vector));
      const offset = block.offset + (typeof rowStride === 'number' ? row * rowStride : 0);
      return [
        sums.map((sum, vector) => roundToBytes(constants, sum, get(factors[vector] as Local))),
        Array.from({ length: Math.ceil(columns / 16) }, (_, index) => {
          const part = sums.slice(sumsOfVector * index, sumsOfVector * (index + 1));
          const used = Math.min(16, columns - 16 * index);
          return [
            narrowToBytes(constants.dtype, constants.isJoined, part),
            storeFirstBytes(get(output), part[0] as Local, offset + 16 * index, used),
          ];
        }),
        typeof rowStride === 'number' ? [] : moveOn(output, get(rowStride)),
      ];
    }),
  ];
}
