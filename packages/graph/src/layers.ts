/** @file Layers: an op together with the parameters that it owns, named `<layer>/weight`, `<layer>/bias` and so on. */
import type { GraphBuilder } from './builder.js';
import { GraphError } from './errors.js';
import { type HeightWidth, type PaddingSpec, resolvePadding } from './padding.js';
import { kindOf } from './well-formed.js';

/** Options that every layer has. */
export interface LayerOptions {
  /** The node's name, and the prefix of its parameters'. Default: after the op, with a running number. */
  readonly name?: string;
}

/** Options of a layer that slides a window. */
export interface WindowOptions extends LayerOptions {
  /** Height and width, or one number for both. Default 1. */
  readonly strides?: number | HeightWidth;
  /** Default 1. */
  readonly dilations?: number | HeightWidth;
  /** Default `'same'`. */
  readonly padding?: PaddingSpec;
  /** Whether the layer adds a bias; `false` before a BatchNorm, whose shift does it. Default `true`. */
  readonly bias?: boolean;
}

/** Options of {@link conv2d}. */
export interface Conv2dOptions extends WindowOptions {
  /** Output channels. */
  readonly filters: number;
  /** Height and width of the kernel, or one number for both. */
  readonly kernel: number | HeightWidth;
  /** Default 1. */
  readonly groups?: number;
}

/** Options of {@link depthwiseConv2d}. */
export interface DepthwiseConv2dOptions extends WindowOptions {
  readonly kernel: number | HeightWidth;
  /** Output channels per input channel. Default 1. */
  readonly multiplier?: number;
}

/** Options of {@link separableConv2d}. */
export interface SeparableConv2dOptions extends DepthwiseConv2dOptions {
  readonly filters: number;
}

/** Options of {@link pointwiseConv2d} and {@link dense}. */
export interface PointwiseOptions extends LayerOptions {
  /** Output channels. */
  readonly filters: number;
  /** Default `true`. */
  readonly bias?: boolean;
}

/** Options of {@link batchNorm}. */
export interface BatchNormOptions extends LayerOptions {
  /** Default 0.001, as Keras. */
  readonly epsilon?: number;
}

/** Options of {@link layerNorm}. */
export interface LayerNormOptions extends LayerOptions {
  /** Default 1e-5, as PyTorch and ONNX. */
  readonly epsilon?: number;
}

/**
 * A layer as a whole or not at all.
 *
 * @throws {GraphError} when the builder is none, or the options lack what the layer needs.
 */
function layer(
  what: string,
  builder: GraphBuilder,
  options: object,
  needed: readonly string[],
  build: () => string,
): string {
  if (typeof builder?.atomically !== 'function') {
    throw new GraphError(`${what} takes a GraphBuilder first, but was given ${kindOf(builder)}`);
  }
  if (typeof options !== 'object' || options === null) {
    throw new GraphError(
      `${what} takes options, such as { ${needed.join(', ')} }, but was given ${kindOf(options)}`,
    );
  }
  const given = options as Readonly<Record<string, unknown>>;
  // Which numbers an op takes it says itself, with the names of its axes.
  const isNumber = (value: unknown): boolean => typeof value === 'number' && !Number.isNaN(value);
  const isFit = (value: unknown): boolean =>
    isNumber(value) || (Array.isArray(value) && value.length === 2 && value.every(isNumber));
  for (const option of [...needed, 'strides', 'dilations', 'groups', 'multiplier']) {
    const value = given[option];
    if (value === undefined && !needed.includes(option)) continue;
    const takesPair = option === 'kernel' || option === 'strides' || option === 'dilations';
    if (takesPair ? isFit(value) : isNumber(value)) continue;
    throw new GraphError(
      `${what} needs ${option}, a whole number of at least 1${takesPair ? ', or two of them' : ''}, but was given ${kindOf(value)}`,
    );
  }
  return builder.atomically(build);
}

const pair = (value: number | HeightWidth): HeightWidth =>
  typeof value === 'number' ? [value, value] : value;

function windowOf(builder: GraphBuilder, input: string, kernel: HeightWidth, options: WindowOptions) {
  const [, height, width] = builder.imageShapeOf(input);
  const strides = pair(options.strides ?? 1);
  const dilations = pair(options.dilations ?? 1);
  const padding = resolvePadding(options.padding ?? 'same', [height, width], kernel, strides, dilations);
  return { strides, dilations, padding };
}

function biasOf(builder: GraphBuilder, name: string, filters: number, wanted = true): string[] {
  return wanted ? [builder.parameter(`${name}/bias`, [filters], 'bias')] : [];
}

/** A standard or grouped convolution with its weight `[K_h, K_w, C_in / groups, filters]`. */
export function conv2d(builder: GraphBuilder, input: string, options: Conv2dOptions): string {
  return layer('conv2d', builder, options, ['filters', 'kernel'], () => {
    const { filters, groups = 1 } = options;
    const name = options.name ?? builder.uniqueName('conv2d');
    const kernel = pair(options.kernel);
    const channels = builder.imageShapeOf(input)[3];
    const attributes = { ...windowOf(builder, input, kernel, options), groups };
    const weight = builder.parameter(`${name}/weight`, [...kernel, channels / groups, filters], 'weight');
    return builder.node(
      'conv2d',
      [input, weight, ...biasOf(builder, name, filters, options.bias)],
      attributes,
      name,
    );
  });
}

/** A depthwise convolution with its weight `[K_h, K_w, C, multiplier]`. */
export function depthwiseConv2d(
  builder: GraphBuilder,
  input: string,
  options: DepthwiseConv2dOptions,
): string {
  return layer('depthwiseConv2d', builder, options, ['kernel'], () => {
    const { multiplier = 1 } = options;
    const name = options.name ?? builder.uniqueName('depthwise-conv2d');
    const kernel = pair(options.kernel);
    const channels = builder.imageShapeOf(input)[3];
    const attributes = windowOf(builder, input, kernel, options);
    const weight = builder.parameter(`${name}/weight`, [...kernel, channels, multiplier], 'weight');
    const bias = biasOf(builder, name, channels * multiplier, options.bias);
    return builder.node('depthwise-conv2d', [input, weight, ...bias], attributes, name);
  });
}

/** A pointwise convolution with its weight `[1, 1, C_in, filters]`. */
export function pointwiseConv2d(builder: GraphBuilder, input: string, options: PointwiseOptions): string {
  return layer('pointwiseConv2d', builder, options, ['filters'], () => {
    const name = options.name ?? builder.uniqueName('pointwise-conv2d');
    const channels = builder.imageShapeOf(input)[3];
    const weight = builder.parameter(`${name}/weight`, [1, 1, channels, options.filters], 'weight');
    const bias = biasOf(builder, name, options.filters, options.bias);
    return builder.node('pointwise-conv2d', [input, weight, ...bias], {}, name);
  });
}

/** A depthwise convolution and a pointwise one as one op, with one bias at the end. */
export function separableConv2d(
  builder: GraphBuilder,
  input: string,
  options: SeparableConv2dOptions,
): string {
  return layer('separableConv2d', builder, options, ['filters', 'kernel'], () => {
    const { filters, multiplier = 1 } = options;
    const name = options.name ?? builder.uniqueName('separable-conv2d');
    const kernel = pair(options.kernel);
    const channels = builder.imageShapeOf(input)[3];
    const attributes = windowOf(builder, input, kernel, options);
    const depthwise = builder.parameter(
      `${name}/depthwise-weight`,
      [...kernel, channels, multiplier],
      'weight',
    );
    const pointwise = builder.parameter(
      `${name}/pointwise-weight`,
      [1, 1, channels * multiplier, filters],
      'weight',
    );
    const bias = biasOf(builder, name, filters, options.bias);
    return builder.node('separable-conv2d', [input, depthwise, pointwise, ...bias], attributes, name);
  });
}

/** Batch normalization over the last dimension, with its scale, shift, mean and variance. */
export function batchNorm(builder: GraphBuilder, input: string, options: BatchNormOptions = {}): string {
  return layer('batchNorm', builder, options, [], () => {
    const name = options.name ?? builder.uniqueName('batch-norm');
    const channels = builder.typeOf(input).shape.at(-1) ?? 1;
    const parameters = (['scale', 'shift', 'mean', 'variance'] as const).map((role) =>
      builder.parameter(`${name}/${role}`, [channels], role),
    );
    return builder.node('batch-norm', [input, ...parameters], { epsilon: options.epsilon ?? 0.001 }, name);
  });
}

/** Layer normalization over the last dimension, with its scale and shift. */
export function layerNorm(builder: GraphBuilder, input: string, options: LayerNormOptions = {}): string {
  return layer('layerNorm', builder, options, [], () => {
    const name = options.name ?? builder.uniqueName('layer-norm');
    const channels = builder.typeOf(input).shape.at(-1) ?? 1;
    const parameters = (['scale', 'shift'] as const).map((role) =>
      builder.parameter(`${name}/${role}`, [channels], role),
    );
    return builder.node('layer-norm', [input, ...parameters], { epsilon: options.epsilon ?? 1e-5 }, name);
  });
}

/** A dense layer with its weight `[C_in, filters]`; an image is flattened first. */
export function dense(builder: GraphBuilder, input: string, options: PointwiseOptions): string {
  return layer('dense', builder, options, ['filters'], () => {
    const name = options.name ?? builder.uniqueName('dense');
    const rows =
      builder.typeOf(input).shape.length === 2
        ? input
        : builder.node('flatten', [input], {}, `${name}/flatten`);
    const features = builder.typeOf(rows).shape[1] as number;
    const weight = builder.parameter(`${name}/weight`, [features, options.filters], 'weight');
    return builder.node(
      'dense',
      [rows, weight, ...biasOf(builder, name, options.filters, options.bias)],
      {},
      name,
    );
  });
}
