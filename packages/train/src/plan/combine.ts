/** @file Planning of batch normalization's way back to its input: `out = g · k₁[c] + (x · k₂[c] + k₃[c])`. */
import type { Engine } from '@sepconv/kernels/toolkit';
import type { Bounds } from './column-sums.js';

/** Parameters: g, x, the three rows of factors (each padded to whole vectors), out, and with bounds the activation's output. */
export interface CombineKernel {
  readonly kind: 'combine';
  readonly name: string;
  readonly rows: number;
  readonly channels: number;
  readonly bounds: Bounds | undefined;
}

/** A unit of work is a row. */
export function planCombine(engine: Engine, rows: number, channels: number, bounds?: Bounds): CombineKernel {
  const name = `f32_combine${bounds === undefined ? '' : '_masked'}__${engine.name}`;
  return { kind: 'combine', name, rows, channels, bounds };
}
