/** @file One layer as data, and as a network of its own. */
import {
  conv2d,
  dense,
  depthwiseConv2d,
  GraphBuilder,
  type HeightWidth,
  initializeWeights,
  type Network,
  type Padding,
  pointwiseConv2d,
} from '@sepconv/graph';
import { createRandom, createTensor, elementCount, randomTensor, type Tensor } from '@sepconv/tensor';

/** The ops that are measured one by one. */
export const layerOps = ['conv2d', 'depthwise-conv2d', 'pointwise-conv2d', 'dense'] as const;

/** A layer of a table. */
export interface Layer {
  readonly name: string;
  readonly op: (typeof layerOps)[number];
  /** `[N, H, W, C]`, or `[N, C]` of a dense layer. */
  readonly input: readonly number[];
  /** 1×1 for pointwise and dense layers. */
  readonly kernel: HeightWidth;
  readonly strides: HeightWidth;
  readonly dilations: HeightWidth;
  readonly padding: 'same' | 'valid' | Padding;
  /** Output channels; of a depthwise layer, per input channel. */
  readonly filters: number;
  readonly groups: number;
  /** Done in the store. Other activations are ops of their own to this bench. */
  readonly activation: 'none' | 'relu' | 'relu6';
  /** How often the network has this layer. */
  readonly times: number;
}

/** A layer with its numbers. */
export interface LayerCase {
  readonly network: Network;
  readonly input: Tensor<'float32'>;
}

const seed = 1;

function addLayer(builder: GraphBuilder, input: string, layer: Layer): string {
  const { kernel, strides, dilations, padding, filters, groups } = layer;
  const window = { kernel, strides, dilations, padding, name: layer.op };
  switch (layer.op) {
    case 'conv2d':
      return conv2d(builder, input, { ...window, filters, groups });
    case 'depthwise-conv2d':
      return depthwiseConv2d(builder, input, { ...window, multiplier: filters });
    case 'pointwise-conv2d':
      return pointwiseConv2d(builder, input, { filters, name: layer.op });
    case 'dense':
      return dense(builder, input, { filters, name: layer.op });
  }
}

/** The layer as a network, with the same numbers in every process. */
export function layerCase(layer: Layer): LayerCase {
  const builder = new GraphBuilder(layer.name);
  const sum = addLayer(builder, builder.input('input', layer.input), layer);
  const output = layer.activation === 'none' ? sum : builder.node(layer.activation, [sum], {});
  const graph = builder.build([output]);
  return {
    network: { graph, weights: initializeWeights(graph, seed) },
    input: randomTensor(layer.input, createRandom(seed)),
  };
}

/** Absolute values of everything and no activation: the output is the sum of the magnitudes of each element's terms. */
export function magnitudeCase(layer: Layer): LayerCase {
  const { network, input } = layerCase({ ...layer, activation: 'none' });
  const absolute = ({ shape, data }: Tensor): Tensor<'float32'> =>
    createTensor('float32', shape, (data as Float32Array).map(Math.abs));
  const weights = new Map([...network.weights].map(([name, tensor]) => [name, absolute(tensor)]));
  return { network: { graph: network.graph, weights }, input: absolute(input) };
}

/** Products per output element. */
export function termsOf({ op, input, kernel, groups }: Layer): number {
  const channels = input.at(-1) as number;
  const taps = kernel[0] * kernel[1];
  return op === 'depthwise-conv2d' ? taps : (taps * channels) / groups;
}

/** What a layer moves at least: input, weights and output once each. */
export function bytesOf({ network: { graph, weights } }: LayerCase, outputElements: number): number {
  const numbers = [
    ...graph.inputs.map(({ shape }) => elementCount(shape)),
    ...[...weights.values()].map(({ data }) => data.length),
    outputElements,
  ];
  return 4 * numbers.reduce((sum, count) => sum + count, 0);
}
