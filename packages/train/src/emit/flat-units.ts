import {
  block,
  brIf,
  type Code,
  type FunctionBuilder,
  flatUnit,
  floatBytes,
  forEachVector,
  get,
  i32,
  type Local,
  set,
} from '@sepconv/kernels/toolkit';

/**
 * Runs over `length` floats in units of {@link flatUnit}, from the function's first parameter to before its second. `body` gets the
 * address of its vector behind each of the pointers, and how many of its lanes are used.
 */
export function forEachFlatUnit(
  f: FunctionBuilder,
  length: number,
  body: (at: (pointer: Local) => Code, used: number) => Code,
): Code {
  const [unit, end] = f.parameters as readonly [Local, Local];
  const [base, offset] = [f.local('i32'), f.local('i32')];
  const floats = (count: number): Code =>
    forEachVector(f, count, offset, (where, used) =>
      body((pointer) => i32.add(i32.add(get(pointer), get(base)), where), used),
    );
  const full = Math.floor(length / flatUnit);
  const rest = length - full * flatUnit;
  return f.upTo(unit, get(end), [
    set(base, i32.mul(get(unit), i32.const(flatUnit * floatBytes))),
    full === 0 ? [] : block([brIf(0, i32.geS(get(unit), i32.const(full))), floats(flatUnit)]),
    rest === 0 ? [] : block([brIf(0, i32.ltS(get(unit), i32.const(full))), floats(rest)]),
  ]);
}
