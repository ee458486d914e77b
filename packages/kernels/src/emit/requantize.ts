/** @file The code from single sums and floats to stored bytes; `store-bytes.ts` has it for vectors. */
import type { ByteSums } from '../plan/integers.js';
import type { Code } from '../wasm/code.js';
import { f32, get, i32, type Local, select } from '../wasm/instructions.js';

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

/** Stores one sum: `clip(zeroPoint + round(sum · ratio))` in float32. */
export function storeRequantized(
  { zeroPoint, min, max }: ByteSums,
  { sum, ratio, target }: { readonly sum: Code; readonly ratio: Code; readonly target: Code },
): Code {
  const product = f32.mul(f32.convertI32S(sum), ratio);
  const [low, high] = [f32.const(min - zeroPoint), f32.const(max - zeroPoint)];
  return i32.store8(target, roundedInteger(product, low, high, i32.const(zeroPoint)));
}
