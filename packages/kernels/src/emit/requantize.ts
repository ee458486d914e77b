/**
 * @file The code from int32 sums to stored bytes: `clip(zeroPoint + (sum · multiplier + 2^(shift − 1)) >> shift)`, or
 * `clip(zeroPoint + round(sum · ratio))` in float32.
 */
import { type ByteSums, factorBytes } from '../plan/integers.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f32, get, i32, i64, type Local, select, set } from '../wasm/instructions.js';

/**
 * `clip(round(x)) + zero`: halves to the even integer, clipped as floats between `low` and `high`, which are the bounds less
 * the zero point; NaN stays NaN until the conversion makes it 0.
 */
export const roundedInteger = (x: Code, low: Code, high: Code, zero: Code): Code =>
  i32.add(i32.truncSatF32S(f32.min(f32.max(f32.nearest(x), low), high)), zero);

/** A sum divided by `divisor`, halves away from zero: half the divisor is added away from it, and the division cuts off. */
export const divideAway = (sum: Local, divisor: Code, half: Code): Code => {
  const moved = select(i32.add(get(sum), half), i32.sub(get(sum), half), i32.gtS(get(sum), i32.const(0)));
  return i32.divS(moved, divisor);
};

/** Stores one requantized sum, with the factor at `factor`. */
export function storeRequantized(
  f: FunctionBuilder,
  { zeroPoint, min, max, requantize }: ByteSums,
  { sum, factor, target }: { readonly sum: Code; readonly factor: Code; readonly target: Code },
): Code {
  if (requantize === 'float32') {
    const product = f32.mul(f32.convertI32S(sum), f32.load(factor));
    const [low, high] = [f32.const(min - zeroPoint), f32.const(max - zeroPoint)];
    return i32.store8(target, roundedInteger(product, low, high, i32.const(zeroPoint)));
  }
  const rounded = f.local('i64');
  const product = i64.mul(i64.extendI32S(sum), i64.load(factor));
  // Clipped before it is narrowed: a large factor makes more than 32 bits of a sum.
  const [low, high] = [i64.const(min - zeroPoint), i64.const(max - zeroPoint)];
  return [
    set(rounded, i64.shrS(i64.add(product, i64.load(factor, 8)), i64.load(factor, 16))),
    set(rounded, select(get(rounded), low, i64.gtS(get(rounded), low))),
    set(rounded, select(get(rounded), high, i64.ltS(get(rounded), high))),
    i32.store8(target, i32.add(i32.wrap(get(rounded)), i32.const(zeroPoint))),
  ];
}

/** Where sums lie, their factors, and where the bytes go; the first and the last are moved on. */
export interface SumPlaces {
  readonly sums: Local;
  readonly table: Local;
  readonly target: Local;
}

/** Requantizes `pixels` pixels of `channels` sums that lie side by side. */
export function requantizeRow(
  f: FunctionBuilder,
  result: ByteSums,
  pixels: number,
  channels: number,
  { sums, table, target }: SumPlaces,
): Code {
  const factor = f.local('i32');
  const channel = [
    storeRequantized(f, result, { sum: i32.load(get(sums)), factor: get(factor), target: get(target) }),
    set(sums, i32.add(get(sums), i32.const(4))),
    set(target, i32.add(get(target), i32.const(1))),
  ];
  if (result.factors === 1) return [set(factor, get(table)), f.repeat(pixels * channels, channel)];
  return f.repeat(pixels, [
    set(factor, get(table)),
    f.repeat(channels, [
      channel,
      set(factor, i32.add(get(factor), i32.const(factorBytes[result.requantize]))),
    ]),
  ]);
}
