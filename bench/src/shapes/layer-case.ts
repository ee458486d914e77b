/** @file A layer as a network of its own, with numbers. */
import {
  conv2d,
  dense,
  depthwiseConv2d,
  GraphBuilder,
  inferTypes,
  initializeWeights,
  pointwiseConv2d,
  type ValueType,
} from '@sepconv/graph';
import { byteLength, createRandom, createTensor, randomTensor, type Tensor } from '@sepconv/tensor';
import { integerCase } from './integer-layer.ts';
import { type Layer, type LayerCase, termsOf } from './layer.ts';

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
  if (layer.type === 'int8') return integerCase(layer, termsOf(layer));
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

/** What a layer moves at least: input, weights and output once each. */
export function bytesOf({ network: { graph, weights }, input }: LayerCase): number {
  const output = inferTypes(graph).get(graph.outputs[0] as string) as ValueType;
  const moved = [input.data, ...[...weights.values()].map(({ data }) => data)];
  return moved.reduce((sum, { byteLength: bytes }) => sum + bytes, byteLength(output));
}
