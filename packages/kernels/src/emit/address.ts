import { floatBytes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import { brIf, get, i32, ifElse, type Local, loop, select, set } from '../wasm/instructions.js';

/** Moves a pointer on by so many bytes. */
export function advance(pointer: Local, bytes: number): Code {
  return bytes === 0 ? [] : moveOn(pointer, i32.const(bytes));
}

/** As {@link advance}, by bytes that are known when the code runs. */
export const moveOn = (pointer: Local, bytes: Code): Code => set(pointer, i32.add(get(pointer), bytes));

/** Runs `body`, which moves the pointer on, until that is at `end` or behind it. */
export function untilPointer(pointer: Local, end: Local, body: Code): Code {
  const isBefore = i32.ltU(get(pointer), get(end));
  return ifElse(isBefore, loop([body, brIf(0, isBefore)]));
}

/** The lesser of two integers, and the greater; the code of both is there twice. */
export const minimum = (a: Code, b: Code): Code => select(a, b, i32.ltS(a, b));
export const maximum = (a: Code, b: Code): Code => select(a, b, i32.gtS(a, b));

/** The byte offset of a unit: it counts through `dimensions`, the last one fastest, whose strides are in floats. */
export function offsetOfUnit(
  unit: Local,
  dimensions: readonly { readonly size: number; readonly stride: number }[],
): Code {
  return byteOffsetOfUnit(unit, dimensions, floatBytes);
}

/** As {@link offsetOfUnit}, with strides in elements of so many bytes. */
export function byteOffsetOfUnit(
  unit: Local,
  dimensions: readonly { readonly size: number; readonly stride: number }[],
  elementBytes: number,
): Code {
  let divisor = dimensions.reduce((product, { size }) => product * size, 1);
  return dimensions.reduce<Code>((sum, { size, stride }, axis) => {
    divisor /= size;
    if (stride === 0) return sum;
    const quotient = divisor === 1 ? get(unit) : i32.divU(get(unit), i32.const(divisor));
    const index = axis === 0 ? quotient : i32.remU(quotient, i32.const(size));
    return i32.add(sum, i32.mul(index, i32.const(stride * elementBytes)));
  }, i32.const(0));
}
