import { batchNorm, conv2d, depthwiseConv2d, type GraphBuilder, resolvePadding } from '@sepconv/graph';
import { normalizedPointwise } from './normalized.js';
import type { Style } from './style.js';

/** One separable convolution of Xception. */
export interface SeparableStep {
  readonly filters: number;
  /** Where the ReLU stands: before the convolution, behind the norm, or nowhere. */
  readonly relu: 'before' | 'after' | 'none';
}

/**
 * A depthwise 3×3 and a pointwise convolution with nothing between them, then BatchNorm. `[N, H, W, C]` →
 * `[N, H, W, filters]`. Nodes: `<name>/relu_<n>`, `<name>/depthwise_<n>`, `<name>/pointwise_<n>` and its norm.
 *
 * Source: Chollet 2017, arXiv:1610.02357, §4.7: an activation between the two steps makes it worse.
 */
function separableStep(
  builder: GraphBuilder,
  style: Style,
  input: string,
  { name, index, filters, relu }: SeparableStep & { readonly name: string; readonly index: number },
): string {
  const active = relu === 'before' ? builder.node('relu', [input], {}, `${name}/relu_${index}`) : input;
  const depthwise = depthwiseConv2d(builder, active, {
    name: `${name}/depthwise_${index}`,
    kernel: 3,
    padding: style.padding(3),
    bias: false,
  });
  return normalizedPointwise(builder, style, depthwise, {
    name: `${name}/pointwise_${index}`,
    filters,
    activation: relu === 'after' ? 'relu' : 'linear',
  });
}

/** A row of separable convolutions under one prefix. */
export function separableSteps(
  builder: GraphBuilder,
  style: Style,
  input: string,
  name: string,
  steps: readonly SeparableStep[],
): string {
  return steps.reduce(
    (value, step, index) => separableStep(builder, style, value, { name, index: index + 1, ...step }),
    input,
  );
}

/**
 * Xception's downsampling block: separable convolutions and a 3×3 max pooling of stride 2, and beside them a pointwise
 * convolution of stride 2, added. `[N, H, W, C]` → `[N, ⌈H/2⌉, ⌈W/2⌉, filters of the last step]`.
 */
export function xceptionDownsample(
  builder: GraphBuilder,
  style: Style,
  input: string,
  name: string,
  steps: readonly SeparableStep[],
): string {
  const value = separableSteps(builder, style, input, name, steps);
  const [, height, width, filters] = builder.imageShapeOf(value);
  const window = [3, 3] as const;
  const strides = [2, 2] as const;
  const dilations = [1, 1] as const;
  const padding = resolvePadding(style.padding(3), [height, width], window, strides, dilations);
  const pooled = builder.node('max-pool2d', [value], { window, strides, dilations, padding }, `${name}/pool`);
  const shortcut = conv2d(builder, input, {
    name: `${name}/shortcut`,
    filters,
    kernel: 1,
    strides: 2,
    padding: style.padding(1),
    bias: false,
  });
  const norm = batchNorm(builder, shortcut, { name: `${name}/shortcut-norm`, epsilon: style.epsilon });
  return builder.node('add', [pooled, norm], {}, `${name}/add`);
}
