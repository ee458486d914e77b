/** @file The code from single sums and floats to stored bytes, and that of means; `store-bytes.ts` has it for vectors. */
import type { ByteSums } from '../plan/integers.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f32, f32x4, get, i32, i32x4, type Local, select, set, v128 } from '../wasm/instructions.js';

/**
 * `clip(round(x)) + zero`: halves to the even integer, clipped as floats between `low` and `high`, which are the bounds less
 * the zero point; NaN stays NaN until the conversion makes it 0.
 */
export const roundedInteger = (x: Code, low: Code, high: Code, zero: Code): Code =>
  i32.add(i32.truncSatF32S(f32.min(f32.max(f32.nearest(x), low), high)), zero);

/** A sum divided by `divisor`, halves away from zero: half the divisor is added away from it, and the division cuts off. */
const divideAway = (sum: Local, divisor: Code, half: Code): Code => {
  const moved = select(i32.add(get(sum), half), i32.sub(get(sum), half), i32.gtS(get(sum), i32.const(0)));
  return i32.divS(moved, divisor);
};

/** Terms of bytes whose sum, and mean, a division of floats gives exactly: the quotient is nearer to no integer than it is to it. */
const mostExactTerms = 65536;

/** As {@link divideAway} for the lanes of a register, sums of at most `terms` bytes. */
export function divideLanesAway(
  f: FunctionBuilder,
  sum: Local,
  terms: number,
  divisor: Code,
  half: Code,
): Code {
  if (terms > mostExactTerms) {
    const one = f.local('i32');
    return [0, 1, 2, 3].map((lane) => [
      set(one, i32x4.extractLane(get(sum), lane)),
      set(sum, i32x4.replaceLane(get(sum), lane, divideAway(one, divisor, half))),
    ]);
  }
  const halves = f.local('v128');
  const away = v128.bitselect(
    get(halves),
    i32x4.sub(f.integerConstant(0), get(halves)),
    i32x4.gtS(get(sum), f.integerConstant(0)),
  );
  const moved = f32x4.convertI32x4S(i32x4.add(get(sum), away));
  return [
    set(halves, i32x4.splat(half)),
    set(sum, i32x4.truncSatF32x4S(f32x4.div(moved, f32x4.fromInteger(divisor)))),
  ];
}

/** Stores one sum: `clip(zeroPoint + round(sum · ratio))` in float32. */
export function storeRequantized(
  { zeroPoint, min, max }: ByteSums,
  { sum, ratio, target }: { readonly sum: Code; readonly ratio: Code; readonly target: Code },
): Code {
  const product = f32.mul(f32.convertI32S(sum), ratio);
  const [low, high] = [f32.const(min - zeroPoint), f32.const(max - zeroPoint)];
  return i32.store8(target, roundedInteger(product, low, high, i32.const(zeroPoint)));
}
