/** @file A small network that is computed with integers, from real numbers to real numbers. */
import { type AttributesOf, GraphBuilder } from '@sepconv/graph';
import { createRandom, type Tensor } from '@sepconv/tensor';
import { createIntegerFiller, type IntegerFiller, scaleOf } from './integers.ts';
import type { ConformanceCase } from './types.ts';
import { drawTensor } from './values.ts';

/** What the network is drawn from. */
export interface Sizes {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly stride: number;
  readonly kernel: number;
  readonly seed: number;
}

type Output = AttributesOf['quantized-conv2d']['output'];

/** Adds layers with their numbers. */
class IntegerLayers {
  readonly weights = new Map<string, Tensor>();
  readonly builder: GraphBuilder;
  readonly #filler: IntegerFiller;

  constructor(builder: GraphBuilder, filler: IntegerFiller) {
    this.builder = builder;
    this.#filler = filler;
  }

  /** A random output whose scale lets most sums of `terms` products through. */
  output(scale: number, terms = 1): Output {
    return this.#filler.output(scale * 64 * Math.sqrt(terms));
  }

  convolution(input: string, { kernel = 1, stride = 1, filters = 0, depthwise = false }): string {
    const [, , , channels] = this.builder.imageShapeOf(input);
    const outputs = depthwise ? channels : filters;
    const perGroup = depthwise ? 1 : channels;
    const weight = this.#filler.weight([kernel, kernel, perGroup, outputs]);
    const terms = kernel * kernel * perGroup;
    const name = this.builder.uniqueName('convolution');
    const names = [
      this.#parameter(`${name}/weight`, weight, 'weight'),
      this.#parameter(`${name}/bias`, this.#filler.bias(outputs, terms), 'bias'),
    ];
    const side = (kernel - 1) / 2;
    const attributes = {
      strides: [stride, stride],
      dilations: [1, 1],
      padding: { top: side, bottom: side, left: side, right: side },
      groups: depthwise ? channels : 1,
      output: this.output(this.scale(input) * scaleOf(weight), terms),
    } as const;
    return this.builder.node('quantized-conv2d', [input, ...names], attributes, name);
  }

  dense(input: string, outputs: number): string {
    const inputs = this.builder.typeOf(input).shape.at(-1) ?? 0;
    const weight = this.#filler.weight([inputs, outputs]);
    const name = this.#parameter('dense/weight', weight, 'weight');
    const output = this.output(this.scale(input) * scaleOf(weight), inputs);
    return this.builder.node('quantized-matmul', [input, name], { output });
  }

  scale(value: string): number {
    return this.builder.typeOf(value).quantization?.scale[0] ?? 1;
  }

  #parameter(name: string, tensor: Tensor, role: 'weight' | 'bias'): string {
    this.weights.set(name, tensor);
    return this.builder.parameter(name, tensor.shape, role, tensor.dtype, tensor.quantization);
  }
}

/** A first layer, an inverted residual with its sum, pooling and classes; quantized at the start, dequantized at the end. */
export function buildIntegerNetwork(sizes: Sizes): ConformanceCase {
  const { batch, height, width, channels, filters, stride, kernel, seed } = sizes;
  const builder = new GraphBuilder('integer_network');
  const layers = new IntegerLayers(builder, createIntegerFiller({ kind: 'uniform', seed }));
  const shape = [batch, height, width, channels];
  const image = builder.input('input', shape);
  const stored = { dtype: 'uint8', scale: [Math.fround(1 / 128)], zeroPoint: [128] } as const;
  const first = layers.convolution(builder.node('quantize', [image], stored), { kernel, stride, filters });
  const wide = layers.convolution(first, { filters: 2 * filters });
  const middle = layers.convolution(wide, { kernel, depthwise: true });
  const narrow = layers.convolution(middle, { filters });
  const output = layers.output((layers.scale(first) + layers.scale(narrow)) / 64);
  const sum = builder.node('quantized-add', [first, narrow], { output });
  const mean = { output };
  const pooled = builder.node('quantized-global-average-pool2d', [sum], mean);
  const classes = layers.dense(builder.node('reshape', [pooled], { shape: [batch, filters] }), 5);
  const graph = builder.build([builder.node('dequantize', [classes], {}), sum]);
  return {
    label: `integer_network; ${JSON.stringify(sizes)}`,
    network: { graph, weights: layers.weights },
    inputs: new Map([['input', drawTensor(shape, 'uniform', createRandom(seed + 1))]]),
  };
}
