/** @file Weights rounded up or down by what a layer gives, instead of each to its nearest integer. */
import { type Graph, inferTypes, type Network, type StoredAs } from '@sepconv/graph';
import { createRandom, createTensor, type Tensor } from '@sepconv/tensor';
import { compileTraining, createOptimizer, type TrainingSession, withBatchSize } from '@sepconv/train';
import {
  dequantizeWeight,
  type Interval,
  largestWeight,
  type PlannedLayer,
  type QuantizedWeight,
  type WeightedNode,
} from '@sepconv/train/quantization';
import type { IntegerWeights } from './convert/integer-layers.js';
import { lookAt, type Place } from './run.js';
import type { NamedInputs } from './samples.js';
import { roundTo } from './stored.js';

/** How rounding is learnt. */
export interface AdaptiveRounding {
  /** Steps for each layer. Default 500. */
  readonly steps?: number;
  /** Samples of a step. Default 8. */
  readonly batchSize?: number;
  /** Of Adam. Default 0.01. */
  readonly learningRate?: number;
}

/** The sigmoid reaches beyond 0 and 1, so that what is clipped there has no slope any more: it has settled. */
const [stretchLow, stretchHigh] = [-0.1, 1.1];
/** How strongly weights are pulled to 0 or 1, after a first part of the steps without. */
const [pull, freePart] = [0.01, 0.2];
/** How flat the pull is in the middle, at first and at last. */
const [flatBegin, flatEnd] = [20, 2];

const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));

/** `h(v) = clip(σ(v) · (ζ − γ) + γ, 0, 1)`, the part by which a weight lies above the integer below it. */
const softBit = (v: number): number =>
  Math.min(1, Math.max(0, sigmoid(v) * (stretchHigh - stretchLow) + stretchLow));

/** The v of a part between 0 and 1. */
function inverseBit(part: number): number {
  const s = (part - stretchLow) / (stretchHigh - stretchLow);
  return Math.log(s / (1 - s));
}

/** A layer that is alone in a graph, with its bias. */
function layerGraph(
  graph: Graph,
  { node }: { node: WeightedNode },
): { graph: Graph; input: string; weight: string } {
  const types = inferTypes(graph);
  const [input = '', weight = '', ...bias] = node.inputs;
  const parameters = graph.parameters.filter(({ name }) => [weight, ...bias].includes(name));
  const { shape } = types.get(input) as { shape: readonly number[] };
  return {
    input,
    weight,
    graph: {
      name: node.name,
      inputs: [{ name: input, shape, dtype: 'float32' }],
      parameters,
      nodes: [node],
      outputs: node.outputs,
    },
  };
}

/** The inputs of a layer for samples. */
async function inputsOf(
  network: Network,
  name: string,
  samples: readonly NamedInputs[],
  place: Place,
): Promise<Float32Array[]> {
  const inputs: Float32Array[] = [];
  await lookAt(network, samples, [name], (_, { data }) => inputs.push((data as Float32Array).slice()), place);
  return inputs;
}

/** One layer while its rounding is learnt. */
interface Learning {
  readonly session: TrainingSession;
  readonly input: Tensor<'float32'>;
  readonly output: Tensor<'float32'>;
  readonly outputGradient: Tensor<'float32'>;
  readonly weight: Tensor<'float32'>;
  readonly clamp: Interval;
}

/** `Σ (f(ŷ) − f(y))²` over a batch's outputs, with the clamp f behind the layer, and its gradient for `scale` of it. */
function loss({ output, outputGradient, clamp }: Learning, wanted: Float32Array, scale: number): number {
  let sum = 0;
  const { data } = output;
  for (let i = 0; i < data.length; i++) {
    const y = data[i] as number;
    const clipped = Math.min(clamp.max, Math.max(clamp.min, y));
    const difference = clipped - Math.min(clamp.max, Math.max(clamp.min, wanted[i] as number));
    sum += difference ** 2;
    outputGradient.data[i] = clipped === y ? 2 * scale * difference : 0;
  }
  return sum;
}

/**
 * Learns for each weight of a layer whether it is rounded up or down, so that the layer gives what it gave for its samples: the rounding is
 * a number between 0 and 1 that gradients move, and that is pulled to one of both ends more and more.
 *
 * Source: Nagel et al. 2020, arXiv:2004.10568.
 *
 * @param nearest the weight rounded to the nearest integers, which stays where learning does not help.
 * @param storage how the layer's input is stored.
 */
export async function adaptRounding(
  network: Network,
  layer: PlannedLayer & { readonly node: WeightedNode },
  nearest: IntegerWeights,
  samples: readonly NamedInputs[],
  storage: StoredAs,
  { steps = 500, batchSize = 8, learningRate = 0.01 }: AdaptiveRounding,
  place: Place,
): Promise<QuantizedWeight> {
  const { graph, input, weight: weightName } = layerGraph(network.graph, layer);
  const batch = Math.min(batchSize, samples.length);
  const session = await compileTraining(
    { graph: withBatchSize(graph, batch * (graph.inputs[0]?.shape[0] ?? 1)), weights: network.weights },
    { ...place, trainable: [weightName] },
  );
  const output = layer.node.outputs[0] as string;
  const learning: Learning = {
    session,
    input: session.inputs.get(input) as Tensor<'float32'>,
    output: session.outputs.get(output) as Tensor<'float32'>,
    outputGradient: session.outputGradients.get(output) as Tensor<'float32'>,
    weight: session.parameters.get(weightName) as Tensor<'float32'>,
    clamp: layer.clamp ?? { min: -Infinity, max: Infinity },
  };
  try {
    const real = await inputsOf(network, input, samples, place);
    const wanted = outputsOf(learning, real, batch, nearest.weight);
    const round = roundTo(storage);
    const stored = real.map((values) => values.map(round));
    const learnt = learn(learning, { ...nearest, name: weightName }, stored, wanted, {
      steps,
      batchSize: batch,
      learningRate,
    });
    const [before, after] = [nearest.quantized, learnt].map((quantized) =>
      errorOf(learning, dequantizeWeight(quantized, nearest.channels), stored, wanted, batch),
    ) as [number, number];
    return after < before ? learnt : nearest.quantized;
  } finally {
    session.dispose();
  }
}

/** Batches of samples in order; the last one is filled up with the first ones. */
function batchesOf(count: number, size: number): number[][] {
  return Array.from({ length: Math.ceil(count / size) }, (_, b) =>
    Array.from({ length: size }, (__, i) => (b * size + i) % count),
  );
}

function fill({ input }: Learning, values: readonly Float32Array[], batch: readonly number[]): void {
  batch.forEach((sample, i) => {
    const data = values[sample] as Float32Array;
    input.data.set(data, i * data.length);
  });
}

/** What a layer gives for each sample. */
function outputsOf(
  learning: Learning,
  inputs: readonly Float32Array[],
  size: number,
  weight: Float32Array,
): Float32Array[] {
  const results: Float32Array[] = [];
  learning.weight.data.set(weight);
  const length = learning.output.data.length / size;
  for (const batch of batchesOf(inputs.length, size)) {
    fill(learning, inputs, batch);
    learning.session.forward();
    batch.forEach((sample, i) => {
      results[sample] = learning.output.data.slice(i * length, (i + 1) * length);
    });
  }
  return results;
}

function joined(values: readonly Float32Array[], batch: readonly number[], room: Float32Array): Float32Array {
  batch.forEach((sample, i) => {
    const data = values[sample] as Float32Array;
    room.set(data, i * data.length);
  });
  return room;
}

function errorOf(
  learning: Learning,
  weight: Float32Array,
  inputs: readonly Float32Array[],
  wanted: readonly Float32Array[],
  size: number,
): number {
  learning.weight.data.set(weight);
  const room = new Float32Array(learning.output.data.length);
  return batchesOf(inputs.length, size).reduce((sum, batch) => {
    fill(learning, inputs, batch);
    learning.session.forward();
    return sum + loss(learning, joined(wanted, batch, room), 1);
  }, 0);
}

function learn(
  learning: Learning,
  { name, weight, channels, shape, quantized }: IntegerWeights & { readonly name: string },
  inputs: readonly Float32Array[],
  wanted: readonly Float32Array[],
  { steps, batchSize, learningRate }: Required<AdaptiveRounding>,
): QuantizedWeight {
  const { scale } = quantized;
  const stepOf = (i: number): number => scale[scale.length > 1 ? i % channels : 0] as number;
  const below = weight.map((value, i) => Math.floor(value / stepOf(i)));
  const bits = createTensor(
    'float32',
    shape,
    weight.map((value, i) => inverseBit(value / stepOf(i) - (below[i] as number))),
  );
  const gradient = createTensor('float32', shape, new Float32Array(weight.length));
  const optimizer = createOptimizer(
    {
      name,
      inputs: [],
      nodes: [],
      outputs: [],
      parameters: [{ name, shape, dtype: 'float32', role: 'weight' }],
    },
    new Map([[name, bits]]),
    new Map([[name, gradient]]),
    { kind: 'adamw', weightDecay: 0 },
  );
  const weightGradient = learning.session.gradients.get(name) as Tensor<'float32'>;
  const random = createRandom(1);
  const positions = learning.output.data.length / channels;
  const room = new Float32Array(learning.output.data.length);
  const clip = (value: number): number => Math.min(largestWeight, Math.max(-largestWeight, value));
  for (let step = 0; step < steps; step++) {
    const batch = Array.from({ length: batchSize }, () => random.integer(inputs.length));
    for (let i = 0; i < weight.length; i++)
      learning.weight.data[i] = stepOf(i) * clip((below[i] as number) + softBit(bits.data[i] as number));
    fill(learning, inputs, batch);
    learning.session.forward();
    loss(learning, joined(wanted, batch, room), 1 / positions);
    learning.session.backward();
    const time = (step / steps - freePart) / (1 - freePart);
    const flat = flatEnd + (flatBegin - flatEnd) * (1 + Math.cos(Math.PI * Math.max(0, time))) * 0.5;
    for (let i = 0; i < weight.length; i++) {
      const s = sigmoid(bits.data[i] as number);
      const open = s * (stretchHigh - stretchLow) + stretchLow;
      const slope = open > 0 && open < 1 ? s * (1 - s) * (stretchHigh - stretchLow) : 0;
      // Of `1 − |2h − 1|^β`.
      const lean = 2 * softBit(bits.data[i] as number) - 1;
      const pulled = time < 0 ? 0 : -2 * pull * flat * Math.sign(lean) * Math.abs(lean) ** (flat - 1);
      gradient.data[i] = slope * ((weightGradient.data[i] as number) * stepOf(i) + pulled);
    }
    optimizer.step(learningRate);
  }
  const data = Int8Array.from(below, (value, i) =>
    clip(value + (softBit(bits.data[i] as number) >= 0.5 ? 1 : 0)),
  );
  return { data, scale };
}
