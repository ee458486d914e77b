/** @file A layer in both forms, as networks with seeded weights. */
import { separableAccount } from '@sepconv/cost-model';
import {
  conv2d,
  depthwiseConv2d,
  type Graph,
  GraphBuilder,
  initializeWeights,
  type Network,
  pointwiseConv2d,
} from '@sepconv/graph';
import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';
import type { MeasuredLayer } from './layers.js';

/** The two forms that are compared. */
export const forms = ['standard', 'separable'] as const;

/** One of {@link forms}. */
export type Form = (typeof forms)[number];

/** The graph of one layer, without bias. */
export function graphOf(form: Form, layer: MeasuredLayer): Graph {
  const { height, width, inputChannels, outputChannels, kernel, stride } = layer;
  const builder = new GraphBuilder(form);
  const image = builder.input('image', [1, height, width, inputChannels]);
  const window = { kernel, strides: stride, bias: false } as const;
  const output =
    form === 'standard'
      ? conv2d(builder, image, { filters: outputChannels, ...window })
      : pointwiseConv2d(builder, depthwiseConv2d(builder, image, window), {
          filters: outputChannels,
          bias: false,
        });
  return builder.build([output]);
}

/** The same with seeded weights. */
export function networkOf(form: Form, layer: MeasuredLayer): Network {
  const graph = graphOf(form, layer);
  return { graph, weights: initializeWeights(graph, 1) };
}

/** A seeded image of the layer's input size. */
export const imageOf = ({ height, width, inputChannels }: MeasuredLayer): Tensor<'float32'> =>
  randomTensor([1, height, width, inputChannels], createRandom(2), -1, 1);

/** The reference needs about a second for so many multiply-adds, and it runs twice. */
const mostCheckedMacs = 2 ** 25;
/** Sides of the image that is checked: small for wide layers, and never so small that it has no inner pixel. */
const checkedSide = { least: 3, most: 8 };

/** The same layer on a smaller image, for which the reference does not take seconds. */
export function checkedPart(layer: MeasuredLayer): MeasuredLayer {
  const { macs } = separableAccount({ ...layer, height: 1, width: 1, stride: 1 }).standard;
  const fitting = Math.floor(Math.sqrt(mostCheckedMacs / macs));
  const side = Math.min(Math.max(fitting, checkedSide.least), checkedSide.most) * layer.stride;
  return { ...layer, height: Math.min(layer.height, side), width: Math.min(layer.width, side) };
}
