/** @file Convolutions for tests: seeded networks of one layer, drawn shapes, and how far two results are apart. */
import {
  conv2d,
  dilatedExtent,
  GraphBuilder,
  initializeWeights,
  type Network,
  type NodeOf,
} from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';
import fc from 'fast-check';

/** A convolution layer with every freedom that it has. */
export interface DrawnLayer {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: {
    readonly top: number;
    readonly bottom: number;
    readonly left: number;
    readonly right: number;
  };
  readonly groups: number;
  /** Of each group. */
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
  readonly seed: number;
}

const upTo = (most: number, least = 1) => fc.integer({ min: least, max: most });
const side = fc.nat(3);

/** Small layers: strides, dilations, asymmetric padding, groups, windows that are no squares. */
export const drawnLayer: fc.Arbitrary<DrawnLayer> = fc
  .record({
    batch: upTo(2),
    height: upTo(7),
    width: upTo(7),
    kernel: fc.tuple(upTo(4), upTo(4)),
    strides: fc.tuple(upTo(3), upTo(3)),
    dilations: fc.tuple(upTo(3), upTo(3)),
    padding: fc.record({ top: side, bottom: side, left: side, right: side }),
    groups: fc.constantFrom(1, 1, 1, 2, 3),
    inputs: upTo(5),
    outputs: upTo(6),
    bias: fc.boolean(),
    seed: fc.noShrink(fc.nat(0x7fffffff)),
  })
  .map((layer) => ({
    ...layer,
    // Large enough that the window fits.
    height: Math.max(
      layer.height,
      dilatedExtent(layer.kernel[0], layer.dilations[0]) - layer.padding.top - layer.padding.bottom,
    ),
    width: Math.max(
      layer.width,
      dilatedExtent(layer.kernel[1], layer.dilations[1]) - layer.padding.left - layer.padding.right,
    ),
  }));

/** A network of that one layer, called `conv`, with seeded weights. */
export function networkOf(layer: DrawnLayer): Network {
  const builder = new GraphBuilder('one layer');
  const { batch, height, width, groups, inputs, outputs, seed } = layer;
  const image = builder.input('image', [batch, height, width, groups * inputs]);
  const { kernel, strides, dilations, padding, bias } = layer;
  const filters = groups * outputs;
  const conv = conv2d(builder, image, {
    name: 'conv',
    filters,
    kernel,
    strides,
    dilations,
    padding,
    bias,
    groups,
  });
  const graph = builder.build([conv]);
  return { graph, weights: initializeWeights(graph, seed) };
}

/** The convolution of {@link networkOf}. */
export const convOf = ({ graph }: Network) => graph.nodes[0] as NodeOf<'conv2d'>;

/** A seeded image for a network of one input. */
export function imageFor({ graph }: Network, seed: number): Tensor<'float32'> {
  return randomTensor(graph.inputs[0]!.shape, createRandom(seed));
}

/** The first output by the reference. */
export function outputOf(network: Network, image: Tensor): Tensor<'float32'> {
  return runReference(network, image).get(network.graph.outputs[0]!) as Tensor<'float32'>;
}

/** `‖actual − expected‖ / ‖expected‖`, 0 for equal zeros. */
export function relativeError(actual: Tensor, expected: Tensor): number {
  let [error, size] = [0, 0];
  for (let i = 0; i < expected.data.length; i++) {
    error += (actual.data[i]! - expected.data[i]!) ** 2;
    size += expected.data[i]! ** 2;
  }
  return error === 0 ? 0 : Math.sqrt(error / size);
}

/** A small layer with everything plain but for what a test is about. */
export const plainLayer: DrawnLayer = {
  batch: 1,
  height: 8,
  width: 8,
  kernel: [3, 3],
  strides: [1, 1],
  dilations: [1, 1],
  padding: { top: 1, bottom: 1, left: 1, right: 1 },
  groups: 1,
  inputs: 4,
  outputs: 12,
  bias: true,
  seed: 7,
};
