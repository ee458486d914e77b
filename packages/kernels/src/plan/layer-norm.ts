/** @file Planning of layer normalization. */
import type { Engine } from './engine.js';

/**
 * Rows of `channels` floats, each by its own mean and variance, then `· scale[c] + shift[c]`. Scale and shift are packed one
 * behind the other, each padded to whole vectors. A unit of work is a row.
 */
export interface LayerNormKernel {
  readonly kind: 'layer-norm';
  readonly name: string;
  readonly channels: number;
  readonly epsilon: number;
}

/** The kernel for a layer normalization on an engine. */
export function planLayerNorm(engine: Engine, channels: number, epsilon: number): LayerNormKernel {
  return { kind: 'layer-norm', name: `f32_layer-norm_${channels}c__${engine.name}`, channels, epsilon };
}
