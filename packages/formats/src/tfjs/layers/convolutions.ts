import { dilatedExtent, noPadding } from '@sepconv/graph';
import { filled, formatShape, reshapeTensor } from '@sepconv/tensor';
import { type TransposedCut, transposedCut } from '../../convolution.js';
import { refuse } from '../../errors.js';
import type { LayerCall } from './layer.js';

/** Conv2D: kernel `[K_h, K_w, C_in / groups, C_out]`. */
export function readConv2d(call: LayerCall): string {
  const weights = { weight: call.weight('kernel', 4), bias: call.bias() };
  return call.activated(
    (name) => call.emitter.convolution(call.input, weights, call.window(), name),
    'conv2d',
  );
}

/** DepthwiseConv2D: kernel `[K_h, K_w, C, M]`. */
export function readDepthwiseConv2d(call: LayerCall): string {
  const weights = { weight: call.weight('depthwise_kernel', 4), bias: call.bias() };
  return call.activated(
    (name) => call.emitter.depthwise(call.input, weights, call.window(), name),
    'depthwise-conv2d',
  );
}

/** SeparableConv2D: a depthwise convolution, and a pointwise one with the bias and the activation. */
export function readSeparableConv2d(call: LayerCall): string {
  const { emitter } = call;
  const depthwise = { weight: call.weight('depthwise_kernel', 4) };
  const pointwise = { weight: call.weight('pointwise_kernel', 4), bias: call.bias() };
  const between = emitter.depthwise(call.input, depthwise, call.window(), `${call.name}/depthwise`);
  const plain = { strides: [1, 1], dilations: [1, 1], padding: noPadding } as const;
  return call.activated((name) => emitter.convolution(between, pointwise, plain, name), 'pointwise');
}

/**
 * Conv2DTranspose: kernel `[K_h, K_w, C_out, C_in]`. With padding `same` the output is the input times the stride; without, it
 * is no smaller than that.
 */
export function readConv2dTranspose(call: LayerCall): string {
  const { emitter, config } = call;
  const { strides, dilations, padding } = call.window();
  if (config.has('output_padding')) refuse('has an output_padding, which is not supported');
  const stored = call.weight('kernel', 4);
  const weight = emitter.derived.transpose(stored, [0, 1, 3, 2]);
  const cut = (axis: 0 | 1): TransposedCut => {
    const extent = call.shape[axis + 1] as number;
    const window = dilatedExtent(stored.shape[axis] as number, dilations[axis]);
    const whole = (extent - 1) * strides[axis] + window;
    // A window smaller than the stride leaves pixels at the end that no tap reaches.
    const size = extent * strides[axis];
    return transposedCut(whole, padding === 'same' ? size : Math.max(whole, size), padding === 'same');
  };
  const [height, width] = [cut(0), cut(1)];
  const attributes = {
    strides,
    dilations,
    groups: 1,
    padding: { top: height.before, bottom: height.after, left: width.before, right: width.after },
    outputPadding: [height.added, width.added] as const,
  };
  const bias = call.bias();
  return call.activated((name) => {
    const inputs = [call.input, emitter.parameter(`${name}/weight`, weight, 'weight')];
    if (bias !== undefined) inputs.push(emitter.parameter(`${name}/bias`, bias, 'bias'));
    return emitter.node('conv-transpose2d', inputs, attributes, name);
  }, 'conv-transpose2d');
}

/** Dense: kernel `[C_in, C_out]`, on the last dimension. */
export function readDense(call: LayerCall): string {
  const weights = { weight: call.weight('kernel', 2), bias: call.bias() };
  return call.activated((name) => call.emitter.dense(call.input, weights, name), 'dense');
}

/** BatchNormalization over the channels; scale and shift may be left out. */
export function readBatchNorm(call: LayerCall): string {
  const { config, shape } = call;
  const said = config.get('axis') ?? -1;
  const axis = Array.isArray(said) && said.length === 1 ? said[0] : said;
  if (axis !== -1 && axis !== shape.length - 1) {
    refuse(`normalizes dimension ${String(axis)} of ${formatShape(shape)}; only the last one is supported`);
  }
  const mean = call.weight('moving_mean', 1);
  // Belongs to the layer, whose applications share it.
  const all = (value: number) =>
    call.emitter.derived.of(mean.data, `all ${value}`, () => filled('float32', mean.shape, value));
  const scale = config.boolean('scale', true) ? call.weight('gamma', 1) : all(1);
  const shift = config.boolean('center', true) ? call.weight('beta', 1) : all(0);
  const statistics = [scale, shift, mean, call.weight('moving_variance', 1)] as const;
  return call.emitter.batchNorm(call.input, statistics, config.number('epsilon', 1e-3), call.name);
}

/** PReLU: slopes of the input's shape without the batch, 1 where `shared_axes` share them. */
export function readPrelu(call: LayerCall): string {
  const slopes = call.weight('alpha');
  const first = slopes.shape.findIndex((dimension) => dimension !== 1);
  const shape = first < 0 ? [1] : slopes.shape.slice(first);
  const name = call.emitter.parameter(`${call.name}/slope`, reshapeTensor(slopes, shape), 'constant');
  return call.emitter.node('prelu', [call.input, name], {}, call.name);
}
