/**
 * @file For tests only: an implementation that rounds to float32 after every operation, as engines do, to see that the
 * conformance bounds hold for one and refuse a wrong one.
 */

import { inferNode, type Network, type Node, type NodeOf } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import { decodeFloat16, encodeFloat16, float32Tensor, zeros } from '@sepconv/tensor';
import { runReferenceNode } from '../run.js';

const f = Math.fround;

/** Mistakes that convolution kernels make. */
export type ConvolutionFault =
  | 'shifted-padding'
  | 'dropped-tap'
  | 'wrong-channel'
  | 'skipped-bias'
  | 'swapped-strides'
  | 'ignored-dilation'
  | 'first-image-only'
  | 'half-precision';

/** How the implementation adds up, and what it does wrong on purpose. */
export interface Float32Options {
  /** Default: products are rounded and added front to back. `reversed`: back to front. `fused`: one rounding for both. */
  readonly order?: 'forward' | 'reversed' | 'fused';
  readonly fault?: ConvolutionFault | 'nan-to-limit';
}

type ConvolutionNode = NodeOf<'conv2d'> | NodeOf<'depthwise-conv2d'>;
type Shape4 = readonly [number, number, number, number];

/** Both convolutions by one formula: which input channel and which weight belong to tap, output and term. */
function convolve(node: ConvolutionNode, inputs: readonly Tensor[], options: Float32Options): Tensor {
  const [input, weight, bias] = inputs as readonly [Tensor, Tensor, Tensor?];
  const { order = 'forward', fault } = options;
  const { padding } = node.attributes;
  const strides =
    fault === 'swapped-strides' ? node.attributes.strides.toReversed() : node.attributes.strides;
  const dilations = fault === 'ignored-dilation' ? [1, 1] : node.attributes.dilations;
  const [, height, width, channels] = input.shape as Shape4;
  const [kernelHeight, kernelWidth, groupChannels, lastSize] = weight.shape as Shape4;
  const depthwise = node.op === 'depthwise-conv2d';
  const shape = inferNode(node, inputs)[0]!.shape as Shape4;
  const outputs = shape[3];
  const perGroup = depthwise ? lastSize : outputs / node.attributes.groups;
  const terms = depthwise ? 1 : groupChannels;
  const output = zeros('float32', shape);
  const shift = fault === 'shifted-padding' ? 1 : 0;
  const taps = kernelHeight * kernelWidth - (fault === 'dropped-tap' && kernelHeight > 1 ? 1 : 0);
  for (let index = 0; index < output.data.length; index++) {
    const o = index % outputs;
    const x = Math.floor(index / outputs) % shape[2];
    const y = Math.floor(index / outputs / shape[2]) % shape[1];
    const n = fault === 'first-image-only' ? 0 : Math.floor(index / outputs / shape[2] / shape[1]);
    let sum = bias === undefined || fault === 'skipped-bias' ? 0 : bias.data[o]!;
    for (let step = 0; step < taps * terms; step++) {
      const term = order === 'reversed' ? taps * terms - 1 - step : step;
      const [tap, c] = [Math.floor(term / terms), term % terms];
      const inputY = y * strides[0]! + Math.floor(tap / kernelWidth) * dilations[0]! - padding.top;
      const inputX = x * strides[1]! + (tap % kernelWidth) * dilations[1]! - padding.left + shift;
      const first = depthwise ? Math.floor(o / perGroup) : Math.floor(o / perGroup) * groupChannels;
      const channel = fault === 'wrong-channel' ? (first + c + 1) % channels : first + c;
      const inside = inputY >= 0 && inputY < height && inputX >= 0 && inputX < width;
      const value = inside ? input.data[((n * height + inputY) * width + inputX) * channels + channel]! : 0;
      const factor = depthwise
        ? weight.data[tap * outputs + o]!
        : weight.data[(tap * terms + c) * outputs + o]!;
      sum = order === 'fused' ? f(sum + value * factor) : f(sum + f(value * factor));
    }
    output.data[index] = fault === 'half-precision' ? decodeFloat16(encodeFloat16(sum)) : sum;
  }
  return output;
}

const plain = {
  strides: [1, 1],
  dilations: [1, 1],
  padding: { top: 0, bottom: 0, left: 0, right: 0 },
  groups: 1,
} as const;

/** A matrix product as a 1×1 convolution of pixels in a row. */
function product(node: Node, inputs: readonly Tensor[], options: Float32Options): Tensor {
  const [input, weight, ...bias] = inputs as readonly [Tensor, Tensor];
  const [terms, outputs] = weight.shape.slice(-2) as [number, number];
  const rows = input.data.length / terms;
  const operands = [
    float32Tensor([1, 1, rows, terms], input.data),
    float32Tensor([1, 1, terms, outputs], weight.data),
    ...bias,
  ];
  const { data } = convolve(
    { ...node, op: 'conv2d', attributes: plain } as NodeOf<'conv2d'>,
    operands,
    options,
  );
  return float32Tensor([...input.shape.slice(0, -1), outputs], data);
}

function separable(
  node: NodeOf<'separable-conv2d'>,
  inputs: readonly Tensor[],
  options: Float32Options,
): Tensor {
  const depthwise = { ...node, op: 'depthwise-conv2d' } as const;
  return product(node, [convolve(depthwise, inputs.slice(0, 2), options), ...inputs.slice(2)], options);
}

function map(input: Tensor, compute: (x: number) => number): Tensor {
  return float32Tensor(input.shape, Float32Array.from(input.data, compute));
}

/** `x · f + (shift − mean · f)`, the form that suits a vector kernel. */
function normalize({ attributes }: NodeOf<'batch-norm'>, inputs: readonly Tensor[]): Tensor {
  const [input, scale, shift, mean, variance] = inputs as readonly [Tensor, Tensor, Tensor, Tensor, Tensor];
  const channels = scale.data.length;
  return float32Tensor(
    input.shape,
    Float32Array.from(input.data, (x, index) => {
      const c = index % channels;
      const factor = f(scale.data[c]! / Math.sqrt(variance.data[c]! + attributes.epsilon));
      const offset = f(shift.data[c]! - f(mean.data[c]! * factor));
      return f(f(x * factor) + offset);
    }),
  );
}

/** Two sums in float32 over each row. */
function normalizeRows(node: NodeOf<'layer-norm'>, inputs: readonly Tensor[]): Tensor {
  const { attributes } = node;
  const [input, scale, shift] = inputs as readonly [Tensor, Tensor, Tensor];
  const channels = scale.data.length;
  const output = zeros('float32', input.shape);
  for (let start = 0; start < input.data.length; start += channels) {
    const row = Array.from(input.data.slice(start, start + channels));
    const meanOf = (values: readonly number[]): number =>
      f(values.reduce((sum, x) => f(sum + x), 0) / channels);
    const mean = meanOf(row);
    const squares = row.map((x) => f(f(x - mean) * f(x - mean)));
    const variance = f(meanOf(squares) + f(attributes.epsilon));
    // Out of range, or no more than the roundings of the mean: in float64, as engines do it.
    if (
      !(variance >= 2 ** -126 && variance < Infinity) ||
      variance <= (mean * (channels + 2) * 2 ** -24) ** 2
    ) {
      const wide = runReferenceNode(node, [float32Tensor([1, channels], row), scale, shift])[0]!;
      output.data.set(wide.data as Float32Array, start);
      continue;
    }
    const reciprocal = f(1 / f(Math.sqrt(variance)));
    row.forEach((x, c) => {
      output.data[start + c] = f(f(f(f(x - mean) * reciprocal) * scale.data[c]!) + shift.data[c]!);
    });
  }
  return output;
}

/** Means by adding up in float32 and multiplying by the rounded reciprocal. */
function mean(node: Node, inputs: readonly Tensor[]): Tensor {
  const ones = map(inputs[0]!, () => 1);
  const window =
    node.op === 'average-pool2d' ? node.attributes.window : (inputs[0]!.shape.slice(1, 3) as never);
  const attributes = node.op === 'average-pool2d' ? node.attributes : plain;
  const depthwise = { ...node, op: 'depthwise-conv2d', attributes } as unknown as NodeOf<'depthwise-conv2d'>;
  const kernel = zeros('float32', [...(window as [number, number]), inputs[0]!.shape[3]!, 1]);
  kernel.data.fill(1);
  const sums = convolve(depthwise, [inputs[0]!, kernel], {});
  const counts = convolve(depthwise, [ones, kernel], {});
  const includePadding = node.op === 'average-pool2d' && node.attributes.countIncludePadding;
  return float32Tensor(
    sums.shape,
    sums.data.map((sum, i) => {
      const count = includePadding
        ? (window as [number, number])[0] * (window as [number, number])[1]
        : counts.data[i]!;
      return f(sum * f(1 / count));
    }),
  );
}

function softmax({ attributes }: NodeOf<'softmax'>, input: Tensor): Tensor {
  const inner = input.shape.slice(attributes.axis + 1).reduce((a, b) => a * b, 1);
  const size = input.shape[attributes.axis]!;
  const output = zeros('float32', input.shape);
  for (let start = 0; start < input.data.length; start++) {
    if (Math.floor(start / inner) % size !== 0) continue;
    const places = Array.from({ length: size }, (_, k) => start + k * inner);
    const largest = Math.max(...places.map((place) => input.data[place]!));
    const powers = places.map((place) => f(Math.exp(f(input.data[place]! - largest))));
    const reciprocal = f(1 / powers.reduce((sum, power) => f(sum + power), 0));
    places.forEach((place, k) => {
      output.data[place] = f(powers[k]! * reciprocal);
    });
  }
  return output;
}

/** What overflowed on the way is computed again with room, as engines do it. */
function orReference(result: Tensor, node: Node, inputs: readonly Tensor[]): Tensor {
  return result.data.every(Number.isFinite) ? result : runReferenceNode(node, inputs)[0]!;
}

function runNode(node: Node, inputs: readonly Tensor[], options: Float32Options): Tensor {
  const [input] = inputs as readonly [Tensor];
  switch (node.op) {
    case 'conv2d':
    case 'depthwise-conv2d':
      return convolve(node, inputs, options);
    case 'pointwise-conv2d':
    case 'dense':
      return product(node, inputs, options);
    case 'separable-conv2d':
      return separable(node, inputs, options);
    case 'batch-norm':
      return orReference(normalize(node, inputs), node, inputs);
    case 'layer-norm':
      return normalizeRows(node, inputs);
    case 'average-pool2d':
    case 'global-average-pool2d':
      if (input.dtype !== 'float32') return runReferenceNode(node, inputs)[0]!;
      return orReference(mean(node, inputs), node, inputs);
    case 'softmax':
      return softmax(node, input);
    case 'sigmoid':
      return map(input, (x) => f(1 / f(1 + f(Math.exp(-x)))));
    case 'swish':
      return map(input, (x) => f(x * f(1 / f(1 + f(Math.exp(-x))))));
    case 'hard-swish':
      return map(input, (x) => f(x * f(Math.min(6, Math.max(0, f(x + 3))) * f(1 / 6))));
    case 'hard-sigmoid': {
      const [slope, offset] = [f(node.attributes.slope), f(node.attributes.offset)];
      return map(input, (x) => Math.min(1, Math.max(0, f(f(x * slope) + offset))));
    }
    case 'relu6':
      // What `f32x4.pmin` gives with its operands in the wrong order.
      if (options.fault === 'nan-to-limit') return map(input, (x) => (x < 6 ? Math.max(0, x) : 6));
      return runReferenceNode(node, inputs)[0]!;
    default:
      // Exact ops: nothing is rounded, or once.
      return runReferenceNode(node, inputs)[0]!;
  }
}

/** Runs a network in float32. */
export function runFloat32(
  { graph, weights }: Network,
  inputs: ReadonlyMap<string, Tensor>,
  options: Float32Options = {},
): ReadonlyMap<string, Tensor> {
  const values = new Map<string, Tensor>([...weights, ...inputs]);
  for (const node of graph.nodes) {
    const tensors = node.inputs.map((name) => values.get(name)!);
    values.set(node.outputs[0]!, runNode(node, tensors, options));
  }
  return new Map(graph.outputs.map((name) => [name, values.get(name)!]));
}
