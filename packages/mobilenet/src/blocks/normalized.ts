/**
 * @file A convolution, its BatchNorm and its activation: the unit of which every network here is made. The three nodes
 * are `<name>`, `<name>-norm` and `<name>-relu6` (or what the activation is). The convolution has no bias, since the
 * norm's shift does its work.
 */
import { batchNorm, conv2d, depthwiseConv2d, type GraphBuilder, pointwiseConv2d } from '@sepconv/graph';
import type { Style } from './style.js';

/** What follows the norm; `linear` is nothing. */
export type Activation = 'linear' | 'relu' | 'relu6' | 'hard-swish' | 'swish';

/** What the three layers below have in common. */
export interface NormalizedOptions {
  /** The convolution's name. */
  readonly name: string;
  readonly activation: Activation;
}

/** Options of a layer with a window. */
export interface WindowedOptions extends NormalizedOptions {
  /** Height and width of the window in pixels. */
  readonly kernel: number;
  /** Along both axes. Default 1. */
  readonly stride?: number;
}

/** An activation behind `input`, named `<name>-<activation>`. */
export function activate(builder: GraphBuilder, input: string, name: string, activation: Activation): string {
  return activation === 'linear' ? input : builder.node(activation, [input], {}, `${name}-${activation}`);
}

function normalize(builder: GraphBuilder, style: Style, conv: string, options: NormalizedOptions): string {
  const norm = batchNorm(builder, conv, { name: `${options.name}-norm`, epsilon: style.epsilon });
  return activate(builder, norm, options.name, options.activation);
}

/** A standard convolution. `[N, H, W, C]` → `[N, H', W', filters]`. */
export function normalizedConv(
  builder: GraphBuilder,
  style: Style,
  input: string,
  options: WindowedOptions & { readonly filters: number },
): string {
  const { name, kernel, stride = 1, filters } = options;
  const padding = style.padding(kernel);
  const conv = conv2d(builder, input, { name, filters, kernel, strides: stride, padding, bias: false });
  return normalize(builder, style, conv, options);
}

/** A depthwise convolution. `[N, H, W, C]` → `[N, H', W', C]`. */
export function normalizedDepthwise(
  builder: GraphBuilder,
  style: Style,
  input: string,
  options: WindowedOptions,
): string {
  const { name, kernel, stride = 1 } = options;
  const padding = style.padding(kernel);
  const conv = depthwiseConv2d(builder, input, { name, kernel, strides: stride, padding, bias: false });
  return normalize(builder, style, conv, options);
}

/** A pointwise convolution. `[N, H, W, C]` → `[N, H, W, filters]`. */
export function normalizedPointwise(
  builder: GraphBuilder,
  style: Style,
  input: string,
  options: NormalizedOptions & { readonly filters: number },
): string {
  const { name, filters } = options;
  return normalize(builder, style, pointwiseConv2d(builder, input, { name, filters, bias: false }), options);
}
