import type { GraphBuilder } from '@sepconv/graph';
import { normalizedConv, normalizedDepthwise, normalizedPointwise } from './normalized.js';
import type { Style } from './style.js';

/** Options of {@link universalBottleneck}. */
export interface UniversalBottleneckOptions {
  /** Prefix of the nodes' names, for instance `block_1`. */
  readonly name: string;
  /** Height and width of the depthwise window before the expansion in pixels; 0 for none. */
  readonly startKernel: 0 | 3 | 5;
  /** Height and width of the depthwise window after the expansion in pixels; 0 for none. */
  readonly middleKernel: 0 | 3 | 5;
  /** Channels between expansion and projection. */
  readonly expanded: number;
  /** Output channels. */
  readonly filters: number;
  /** Of the last depthwise step. */
  readonly stride: 1 | 2;
}

/**
 * MobileNetV4's universal inverted bottleneck: an optional depthwise step, a pointwise expansion, another optional
 * depthwise step, and a pointwise projection; the input is added where stride and channels allow. Only the two steps
 * in the middle have a ReLU.
 *
 * With the second depthwise step alone it is MobileNetV2's block, with the first alone ConvNeXt's, with neither a
 * feed-forward layer. `[N, H, W, C]` → `[N, ⌈H/stride⌉, ⌈W/stride⌉, filters]`.
 *
 * Source: Qin et al. 2024, arXiv:2404.10518.
 */
export function universalBottleneck(
  builder: GraphBuilder,
  style: Style,
  input: string,
  { name, startKernel, middleKernel, expanded, filters, stride }: UniversalBottleneckOptions,
): string {
  const channels = builder.imageShapeOf(input)[3];
  let value = input;
  if (startKernel > 0) {
    value = normalizedDepthwise(builder, style, value, {
      name: `${name}/depthwise-start`,
      kernel: startKernel,
      stride: middleKernel > 0 ? 1 : stride,
      activation: 'linear',
    });
  }
  value = normalizedPointwise(builder, style, value, {
    name: `${name}/expand`,
    filters: expanded,
    activation: 'relu',
  });
  if (middleKernel > 0) {
    value = normalizedDepthwise(builder, style, value, {
      name: `${name}/depthwise`,
      kernel: middleKernel,
      stride,
      activation: 'relu',
    });
  }
  value = normalizedPointwise(builder, style, value, {
    name: `${name}/project`,
    filters,
    activation: 'linear',
  });
  return stride === 1 && channels === filters
    ? builder.node('add', [value, input], {}, `${name}/add`)
    : value;
}

/**
 * The fused inverted bottleneck: one standard 3×3 convolution in place of expansion and depthwise step, which is faster
 * where channels are few and pixels many. `[N, H, W, C]` → `[N, ⌈H/stride⌉, ⌈W/stride⌉, filters]`; no input is added.
 */
export function fusedBottleneck(
  builder: GraphBuilder,
  style: Style,
  input: string,
  { name, expanded, filters, stride }: Omit<UniversalBottleneckOptions, 'startKernel' | 'middleKernel'>,
): string {
  const value = normalizedConv(builder, style, input, {
    name: `${name}/expand`,
    filters: expanded,
    kernel: 3,
    stride,
    activation: 'relu',
  });
  return normalizedPointwise(builder, style, value, {
    name: `${name}/project`,
    filters,
    activation: 'linear',
  });
}
