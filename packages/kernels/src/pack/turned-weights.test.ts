/** @file Weights that are still as a file has them, output channels in front, give the bits of those that were turned before. */
import {
  type GraphBuilder as Builder,
  conv2d,
  dense,
  GraphBuilder,
  initializeWeights,
  type Network,
  pointwiseConv2d,
} from '@sepconv/graph';
import {
  createRandom,
  deferFloat32,
  deferTranspose,
  quantizeTensor,
  randomTensor,
  type Tensor,
  toFloat16,
  toFloat32,
  transposeTensor,
} from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { compile } from '../session.js';

const layers: Readonly<Record<string, (builder: Builder, image: string) => string>> = {
  'a standard convolution': (builder, image) => conv2d(builder, image, { filters: 6, kernel: 3 }),
  'a grouped one': (builder, image) => conv2d(builder, image, { filters: 10, kernel: [1, 2], groups: 2 }),
  'a pointwise one': (builder, image) => pointwiseConv2d(builder, image, { filters: 21 }),
  'a dense layer': (builder, image) => dense(builder, builder.node('flatten', [image], {}), { filters: 9 }),
};

/** A weight as ONNX has it, output channels, then input channels, then the window; and the order that turns it back. */
function asFile(weight: Tensor<'float32'>): { stored: Tensor<'float32'>; order: number[] } {
  if (weight.shape.length === 2) return { stored: transposeTensor(weight, [1, 0]), order: [1, 0] };
  return { stored: transposeTensor(weight, [3, 2, 0, 1]), order: [2, 3, 1, 0] };
}

const storages: Readonly<Record<string, (tensor: Tensor<'float32'>) => Tensor>> = {
  float32: (tensor) => tensor,
  float16: toFloat16,
  'int8 for each channel': (tensor) =>
    quantizeTensor(tensor, 'int8', {
      scale: Array.from({ length: tensor.shape[0] as number }, (_, channel) => 0.01 + channel / 500),
      zeroPoint: Array.from({ length: tensor.shape[0] as number }, (_, channel) => channel - 3),
      axis: 0,
    }),
};

async function resultOf(network: Network, image: Tensor): Promise<number[]> {
  const session = await compile(network, { engine: 'simd128' });
  const result = [...new Uint32Array(session.run(image).data.slice().buffer)];
  session.dispose();
  return result;
}

describe.each(Object.keys(layers))('%s', (layer) => {
  test.each(Object.keys(storages))('stored as %s', async (storage) => {
    const builder = new GraphBuilder(layer);
    const output = layers[layer]!(builder, builder.input('image', [1, 5, 4, 4]));
    const graph = builder.build([output]);
    const weights = new Map(initializeWeights(graph, 7));
    const { name } = graph.parameters.find(({ role }) => role === 'weight')!;
    const { stored, order } = asFile(weights.get(name) as Tensor<'float32'>);
    const kept = storages[storage]!(stored);
    const deferred = deferTranspose(deferFloat32(kept), order);
    const turned = transposeTensor(toFloat32(kept), order);
    const image = randomTensor([1, 5, 4, 4], createRandom(2));
    const expected = await resultOf({ graph, weights: new Map(weights).set(name, turned) }, image);
    expect(await resultOf({ graph, weights: new Map(weights).set(name, deferred) }, image)).toEqual(expected);
    expect([...deferred.data]).toEqual([...turned.data]);
  });
});

describe('integer convolutions', () => {
  test.each([
    [4, 1],
    [3, 1],
    [6, 2],
  ])('of %i channels in %i groups', async (channels, groups) => {
    const builder = new GraphBuilder('integers');
    const image = builder.input('image', [1, 4, 5, channels], 'uint8');
    const shape = [3, 2, channels / groups, 10] as const;
    const weight = builder.parameter('weight', shape, 'weight', 'int8');
    const attributes = {
      groups,
      strides: [1, 1],
      dilations: [1, 1],
      padding: { top: 1, bottom: 0, left: 0, right: 1 },
    } as const;
    const graph = builder.build([builder.node('conv-integer', [image, weight], attributes)]);
    const random = createRandom(channels);
    const data = Int8Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.integer(256) - 128);
    const turned: Tensor<'int8'> = { dtype: 'int8', shape, data };
    const deferred = deferTranspose(transposeTensor(turned, [3, 0, 1, 2]), [1, 2, 3, 0]);
    const input: Tensor<'uint8'> = {
      dtype: 'uint8',
      shape: [1, 4, 5, channels],
      data: Uint8Array.from({ length: 20 * channels }, () => random.integer(256)),
    };
    const expected = await resultOf({ graph, weights: new Map([['weight', turned]]) }, input);
    expect(await resultOf({ graph, weights: new Map([['weight', deferred]]) }, input)).toEqual(expected);
  });
});
