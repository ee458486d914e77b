/** @file A layer with integers: int8, with a scale for each output channel, as today's quantizers write it. */
import {
  GraphBuilder,
  noPadding,
  type Padding,
  type StoredAs,
  samePadding,
  type Weights,
} from '@sepconv/graph';
import { createRandom, createTensor, elementCount, type Shape, type Tensor } from '@sepconv/tensor';
import type { Layer, LayerCase } from './layer.ts';

const seed = 1;

/** Seeded integers between −127 and 127, or so near to 0 as `most` says. */
function integers<D extends 'int8' | 'int32'>(dtype: D, shape: Shape, start: number, most = 127): Tensor<D> {
  const random = createRandom(start);
  const numbers = Array.from({ length: elementCount(shape) }, () => random.integer(2 * most + 1) - most);
  const data = dtype === 'int8' ? Int8Array.from(numbers) : Int32Array.from(numbers);
  return createTensor(dtype, shape, data as never);
}

/** What sums of so many products are stored as, so that few of them clip, unless an activation does. */
function storedAs({ activation }: Layer, scale: number): StoredAs {
  const result = { dtype: 'int8', scale, zeroPoint: 0 } as const;
  return activation === 'none' ? result : { ...result, min: 0 };
}

function paddingOf({ padding, input, kernel, strides, dilations }: Layer): Padding {
  if (padding === 'valid') return noPadding;
  if (padding !== 'same') return padding;
  const [, height = 1, width = 1] = input;
  return samePadding([height, width], kernel, strides, dilations);
}

/**
 * The layer as a network of integers.
 *
 * @param terms products per output element.
 */
export function integerCase(layer: Layer, terms: number): LayerCase {
  const { op, input, kernel, filters, strides, dilations } = layer;
  const channels = input.at(-1) as number;
  const isDepthwise = op === 'depthwise-conv2d';
  const isWindowed = isDepthwise || op === 'conv2d';
  const groups = isDepthwise ? channels : layer.groups;
  const outputs = isDepthwise ? channels * filters : filters;
  const builder = new GraphBuilder(layer.name);
  const inputScale = 1 / 128;
  const image = builder.input('input', input, 'int8', { scale: [inputScale], zeroPoint: [-3] });
  const scales = Array.from({ length: outputs }, (_, o) => (1 + (o % 7) / 7) / 256);
  const shape =
    op === 'dense' ? [channels, outputs] : [...(isWindowed ? kernel : [1, 1]), channels / groups, outputs];
  const quantization = { scale: scales, zeroPoint: scales.map(() => 0), axis: shape.length - 1 };
  const weight = builder.parameter('weight', shape, 'weight', 'int8', quantization);
  const bias = builder.parameter('bias', [outputs], 'bias', 'int32');
  const output = storedAs(layer, inputScale * Math.sqrt(terms) * (1 / 128));
  const inputs = [image, weight, bias];
  const result =
    op === 'dense'
      ? builder.node('quantized-matmul', inputs, { output }, op)
      : builder.node(
          'quantized-conv2d',
          inputs,
          { strides, dilations, padding: isWindowed ? paddingOf(layer) : noPadding, groups, output },
          op,
        );
  const weights: Weights = new Map<string, Tensor>([
    [weight, { ...integers('int8', shape, seed), quantization }],
    [bias, integers('int32', [outputs], seed + 1, 1000)],
  ]);
  return { network: { graph: builder.build([result]), weights }, input: integers('int8', input, seed + 2) };
}
