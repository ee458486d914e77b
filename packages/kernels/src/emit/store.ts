import { lanes } from '../plan/shapes.js';
import type { Code } from '../wasm/code.js';
import { v128 } from '../wasm/instructions.js';

/** Stores the first `count` lanes of a vector, 1 to 4, and touches no byte behind them. */
export function storeLanes(address: Code, value: Code, count: number, offset: number): Code {
  switch (count) {
    case 1:
      return v128.store32Lane(address, value, 0, offset);
    case 2:
      return v128.store64Lane(address, value, 0, offset);
    case 3:
      return [v128.store64Lane(address, value, 0, offset), v128.store32Lane(address, value, 2, offset + 8)];
    default:
      return v128.store(address, value, offset);
  }
}

/** Lanes that vector `index` of `count` elements holds. */
export function lanesOf(index: number, count: number): number {
  return Math.min(lanes, count - index * lanes);
}
