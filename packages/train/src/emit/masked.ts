import { type Code, f32x4, get, type Local, v128 } from '@sepconv/kernels/toolkit';
import type { Bounds } from '../plan/column-sums.js';

/** `g` where the activation's output y lies strictly inside its bounds, 0 elsewhere; `y` is a local. */
export function masked(g: Code, y: Local, { min, max }: Bounds): Code {
  const above = min === -Infinity ? undefined : f32x4.gt(get(y), f32x4.const(min));
  const below = max === Infinity ? undefined : f32x4.lt(get(y), f32x4.const(max));
  const inside = [above, below].filter((test) => test !== undefined);
  return inside.reduce<Code>((code, test) => v128.and(code, test), g);
}
