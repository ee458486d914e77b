/** @file A layer in its forms, as networks with seeded weights. */
import { separableAccount } from '@sepconv/cost-model';
import { type Graph, initializeWeights, type Network } from '@sepconv/graph';
import type { LayerOptions } from '@sepconv/mobilenet';
import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';

/** What is measured: the layer in both forms, and the two steps of the second. */
export const forms = ['standard', 'depthwise', 'pointwise', 'separable'] as const;

/** One of {@link forms}. */
export type Form = (typeof forms)[number];

/** The same with seeded weights. */
export const withWeights = (graph: Graph): Network => ({ graph, weights: initializeWeights(graph, 1) });

/** A seeded image of a graph's input size. */
export const imageFor = ({ inputs }: Graph): Tensor<'float32'> =>
  randomTensor(inputs[0]!.shape, createRandom(2), -1, 1);

/** The reference needs about a second for so many multiply-adds, and it runs twice. */
const mostCheckedMacs = 2 ** 25;
/** Sides of the image that is checked: small for wide layers, and never so small that it has no inner pixel. */
const checkedSide = { least: 3, most: 8 };

/** The same layer on a smaller image, for which the reference does not take seconds. */
export function checkedPart(layer: LayerOptions): LayerOptions {
  const { macs } = separableAccount({ ...layer, height: 1, width: 1, stride: 1 }).standard;
  const fitting = Math.floor(Math.sqrt(mostCheckedMacs / macs));
  const side = Math.min(Math.max(fitting, checkedSide.least), checkedSide.most) * layer.stride;
  return { ...layer, height: Math.min(layer.height, side), width: Math.min(layer.width, side) };
}
