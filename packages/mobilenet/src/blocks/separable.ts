import type { GraphBuilder } from '@sepconv/graph';
import { normalizedConv, normalizedDepthwise, normalizedPointwise } from './normalized.js';
import type { Style } from './style.js';

/** Options of {@link separableBlock} and of its twin. */
export interface SeparableBlockOptions {
  /** Prefix of the nodes' names, for instance `block_1`. */
  readonly name: string;
  /** Output channels. */
  readonly filters: number;
  /** Along both axes. */
  readonly stride: number;
}

/**
 * MobileNetV1's block: depthwise 3×3, BatchNorm, ReLU6, pointwise, BatchNorm, ReLU6.
 *
 * `[N, H, W, C]` → `[N, ⌈H/stride⌉, ⌈W/stride⌉, filters]`. Source: Howard et al. 2017, arXiv:1704.04861, figure 3.
 */
export function separableBlock(
  builder: GraphBuilder,
  style: Style,
  input: string,
  { name, filters, stride }: SeparableBlockOptions,
): string {
  const depthwise = normalizedDepthwise(builder, style, input, {
    name: `${name}/depthwise`,
    kernel: 3,
    stride,
    activation: 'relu6',
  });
  return normalizedPointwise(builder, style, depthwise, {
    name: `${name}/pointwise`,
    filters,
    activation: 'relu6',
  });
}

/** The twin of {@link separableBlock} to compare with: one standard 3×3 convolution of the same input and output. */
export function standardBlock(
  builder: GraphBuilder,
  style: Style,
  input: string,
  { name, filters, stride }: SeparableBlockOptions,
): string {
  return normalizedConv(builder, style, input, {
    name: `${name}/conv`,
    filters,
    kernel: 3,
    stride,
    activation: 'relu6',
  });
}
