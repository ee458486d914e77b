/** @file Planning of the way back through an activation that is flat outside its bounds: `out = min < y < max ? g : 0`. */
import type { Engine } from '@sepconv/kernels/toolkit';
import type { Bounds } from './column-sums.js';

/** Parameters: g, y, out. A unit of work is `flatUnit` floats. */
export interface MaskKernel {
  readonly kind: 'mask';
  readonly name: string;
  readonly length: number;
  readonly bounds: Bounds;
}

export function planMask(engine: Engine, length: number, bounds: Bounds): MaskKernel {
  return { kind: 'mask', name: `f32_mask__${engine.name}`, length, bounds };
}
