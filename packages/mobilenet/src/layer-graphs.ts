import { conv2d, depthwiseConv2d, type Graph, GraphBuilder, pointwiseConv2d } from '@sepconv/graph';
import { NetworkError } from './errors.js';

/** A convolution layer as the command line gives it: TensorFlow's SAME padding, one image. */
export interface LayerOptions {
  readonly height: number;
  readonly width: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly kernel: number;
  readonly stride: number;
}

/** The layer as a standard and as a separable convolution, and the two steps of the latter alone. */
export interface LayerGraphs {
  readonly standard: Graph;
  readonly separable: Graph;
  readonly depthwise: Graph;
  readonly pointwise: Graph;
}

/**
 * Networks of one layer, without bias or activation, so that their cost is the closed forms' of `separableAccount`.
 * Their input is `image`, `[1, height, width, inputChannels]`; that of `pointwise` what `depthwise` gives.
 */
export function layerGraphs(layer: LayerOptions): LayerGraphs {
  const { height, width, inputChannels, outputChannels: filters, kernel, stride: strides } = layer ?? {};
  for (const [name, value] of Object.entries({ height, width, inputChannels, filters, kernel, strides })) {
    if (typeof value !== 'number')
      throw new NetworkError(`${name} must be a number, but is ${String(value)}`);
  }
  const graph = (
    name: string,
    shape: readonly number[],
    add: (builder: GraphBuilder, input: string) => string,
  ) => {
    const builder = new GraphBuilder(name);
    return builder.build([add(builder, builder.input('image', shape))]);
  };
  const input = [1, height, width, inputChannels];
  const middle = [1, Math.ceil(height / strides), Math.ceil(width / strides), inputChannels];
  const window = { kernel, strides, bias: false };
  return {
    standard: graph('standard', input, (builder, image) => conv2d(builder, image, { ...window, filters })),
    separable: graph('separable', input, (builder, image) =>
      pointwiseConv2d(builder, depthwiseConv2d(builder, image, window), { filters, bias: false }),
    ),
    depthwise: graph('depthwise', input, (builder, image) => depthwiseConv2d(builder, image, window)),
    pointwise: graph('pointwise', middle, (builder, image) =>
      pointwiseConv2d(builder, image, { filters, bias: false }),
    ),
  };
}
