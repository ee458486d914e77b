/** @file Ranges of weights evened out across layers, without changing what the network computes. */
import { inferTypes, type Network, type Node, usesOf, type ValueTypes } from '@sepconv/graph';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { isWeighted, type Layer, layersOf, type WeightedNode } from '@sepconv/train/quantization';
import { type LayerWeights, layerWeights } from './layer-weights.js';

/** Two layers with weights, the second of which alone reads what the first gives. */
export interface LayerPair {
  readonly first: Layer & { readonly node: WeightedNode };
  readonly second: Layer & { readonly node: WeightedNode };
  /** Nodes between both that treat each channel by itself and stretch with it: padding with 0, poolings. */
  readonly between: readonly Node[];
}

/** Whether a node passes a factor of each channel through: `f(s · x) = s · f(x)` for positive s. */
function passesFactors(node: Node, channels: number, types: ValueTypes): boolean {
  switch (node.op) {
    case 'pad':
      return (
        node.attributes.value === 0 &&
        (node.attributes.before.at(-1) ?? 0) === 0 &&
        (node.attributes.after.at(-1) ?? 0) === 0
      );
    case 'max-pool2d':
    case 'average-pool2d':
    case 'global-average-pool2d':
    case 'relu':
      return true;
    case 'reshape':
    case 'flatten':
      return types.get(node.outputs[0] as string)?.shape.at(-1) === channels;
    default:
      return false;
  }
}

const isPlain = ({ node }: Layer): boolean =>
  node.op === 'matmul' ? false : node.op !== 'conv2d' || node.attributes.groups === 1;

/**
 * Pairs of layers between which the scale of each channel is free: no activation between them, or one that is proportional for positive
 * numbers, as ReLU is, and a clamp from 0 on within the bounds of {@link factorLimits}.
 */
export function layerPairs({ graph }: Network): LayerPair[] {
  const types = inferTypes(graph);
  const uses = usesOf(graph);
  const layers = layersOf(graph, types);
  const byNode = new Map(layers.map((layer) => [layer.node, layer]));
  const sharedWeights = new Map<string, number>();
  for (const { node } of layers)
    for (const name of node.inputs.slice(1)) sharedWeights.set(name, (sharedWeights.get(name) ?? 0) + 1);
  const ownsWeights = ({ node }: Layer): boolean =>
    node.inputs.slice(1).every((name) => sharedWeights.get(name) === 1);
  return layers.flatMap((first): LayerPair[] => {
    if (!isWeighted(first.node.op) || !isPlain(first) || !ownsWeights(first)) return [];
    const { clamp } = first;
    if (clamp !== undefined && !(clamp.min === 0 && clamp.max > 0)) return [];
    const channels = types.get(first.output)?.shape.at(-1) as number;
    const between: Node[] = [];
    let value = first.output;
    for (;;) {
      const [user, ...others] = uses.get(value) ?? [];
      if (user === undefined || user === 'output' || others.length > 0) return [];
      const second = byNode.get(user);
      if (second !== undefined && isWeighted(user.op)) {
        const reads = user.inputs[0] === value && isPlain(second) && ownsWeights(second);
        const fits = (types.get(value)?.shape.at(-1) as number) === channels;
        return reads && fits
          ? [{ first: first as LayerPair['first'], second: second as LayerPair['second'], between }]
          : [];
      }
      if (!passesFactors(user, channels, types)) return [];
      between.push(user);
      value = user.outputs[0] as string;
    }
  });
}

/** Which channel the numbers of a weight belong to: that of `row` and `column` in a matrix with a column for each output channel. */
interface ChannelOrder {
  /** The channel of a row's first number. */
  ofRow(row: number): number;
  /** Columns of one channel; 0 where a whole row is of one. */
  readonly columns: number;
}

const byOutput: ChannelOrder = { ofRow: () => 0, columns: 1 };

function byInput({ op }: WeightedNode, { shape }: LayerWeights): ChannelOrder {
  if (op === 'depthwise-conv2d') return { ofRow: () => 0, columns: shape[3] as number };
  const inputs = shape.at(-2) as number;
  return { ofRow: (row) => row % inputs, columns: 0 };
}

/** Calls back with each number's index and channel, row by row. */
function forEachWeight(
  { weight, channels }: LayerWeights,
  { ofRow, columns }: ChannelOrder,
  visit: (index: number, channel: number) => void,
): void {
  for (let row = 0; row * channels < weight.length; row++) {
    const first = ofRow(row);
    for (let c = 0; c < channels; c++)
      visit(row * channels + c, columns === 0 ? first : columns === 1 ? c : Math.floor(c / columns));
  }
}

/** `max |w|` for each channel. */
function rangesOf(layer: LayerWeights, count: number, order: ChannelOrder): Float64Array {
  const ranges = new Float64Array(count);
  const { weight } = layer;
  forEachWeight(layer, order, (i, c) => {
    ranges[c] = Math.max(ranges[c] as number, Math.abs(weight[i] as number));
  });
  return ranges;
}

/** A weight with every channel multiplied by its factor. */
function scaled(layer: LayerWeights, factors: Float64Array, order: ChannelOrder): Tensor<'float32'> {
  const { weight, shape } = layer;
  const data = new Float32Array(weight.length);
  forEachWeight(layer, order, (i, c) => {
    data[i] = (weight[i] as number) * (factors[c] as number);
  });
  return createTensor('float32', shape, data);
}

/** Factors stay within this and its reciprocal, so that a channel that hardly counts is not blown up. */
const largestFactor = 2 ** 12;

/**
 * What each channel between two layers is divided by, and multiplied with again: `s = √(r₁ / r₂)`, with the ranges of the channel's
 * weights in both, which makes both ranges `√(r₁ · r₂)`. A channel without weights keeps its scale.
 *
 * Source: Nagel et al. 2019, arXiv:1906.04721, §4.1.
 */
function equalizingFactors(first: Float64Array, second: Float64Array): Float64Array {
  return first.map((a, c) => {
    const b = second[c] as number;
    if (!(a > 0 && b > 0)) return 1;
    return Math.min(largestFactor, Math.max(1 / largestFactor, Math.sqrt(a / b)));
  });
}

/** Between which numbers the factor of each channel must be. */
export interface FactorLimits {
  readonly least: Float64Array;
  readonly most: Float64Array;
}

/** What unseen samples may go beyond those that were seen. */
const margin = 1.25;

/**
 * How a layer's channels may be scaled without reaching its clamp's upper bound where they did not before: what is cut off stays as it
 * is, everything else may grow as far as to the bound. Without a bound, or where nothing comes near to it, factors are free.
 *
 * @param maxima the largest number of each channel over samples, behind the clamp.
 */
export function factorLimits({ clamp }: Layer, maxima: Float64Array): FactorLimits | undefined {
  const bound = clamp?.max ?? Infinity;
  if (bound === Infinity || maxima.every((value) => value * margin < bound)) return undefined;
  const isCut = (value: number): boolean => value * margin >= bound;
  return {
    least: maxima.map((value) => (isCut(value) ? 1 : Math.max(1 / largestFactor, (value * margin) / bound))),
    most: maxima.map((value) => (isCut(value) ? 1 : largestFactor)),
  };
}

/** Rounds over all pairs: each evens out what its neighbours have moved. */
const mostRounds = 20;

/** A largest change of less than this is none. */
const settled = 1.01;

/** What equalizing did. */
export interface Equalized {
  readonly network: Network;
  /** By the output of a first layer, what each of its channels was divided by in all. */
  readonly factors: ReadonlyMap<string, Float64Array>;
}

/**
 * Evens out the ranges of weights across pairs of layers, round after round until nothing moves: a depthwise convolution, each of whose
 * channels has weights of its own, then fills one scale with all of them. The network computes the same function up to rounding, as
 * long as no channel goes beyond its limits; a clamp without limits becomes ReLU.
 *
 * Source: Nagel et al. 2019, arXiv:1906.04721, §4.1.
 */
export function equalizeLayers(
  network: Network,
  pairs: readonly LayerPair[],
  limits: ReadonlyMap<string, FactorLimits> = new Map(),
): Equalized {
  const weights = new Map(network.weights);
  const factors = new Map<string, Float64Array>();
  const current = { ...network, weights };
  for (let round = 0; round < mostRounds; round++) {
    let moved = 1;
    for (const { first, second } of pairs) {
      const [one, two] = [layerWeights(current, first), layerWeights(current, second)];
      const order = byInput(second.node, two);
      const ofTwo = rangesOf(two, one.channels, order);
      const total = factors.get(first.output) ?? new Float64Array(one.channels).fill(1);
      const limit = limits.get(first.output);
      const ofOne = rangesOf(one, one.channels, byOutput);
      const scales = equalizingFactors(ofOne, ofTwo).map((s, c) => {
        const { least = [], most = [] } = limit ?? {};
        const before = total[c] as number;
        return Math.min(most[c] ?? Infinity, Math.max(least[c] ?? 0, before * s)) / before;
      });
      const divisor = (c: number): number => scales[c] as number;
      const inverse = scales.map((s) => 1 / s);
      weights.set(one.names.weight, scaled(one, inverse, byOutput));
      if (one.names.bias !== undefined && one.bias !== undefined)
        weights.set(
          one.names.bias,
          createTensor(
            'float32',
            [one.channels],
            one.bias.map((b, c) => b / divisor(c)),
          ),
        );
      weights.set(two.names.weight, scaled(two, scales, order));
      factors.set(
        first.output,
        total.map((factor, c) => factor * divisor(c)),
      );
      moved = scales.reduce((most, s) => Math.max(most, s, 1 / s), moved);
    }
    if (moved < settled) break;
  }
  return { network: { ...withoutUpperBounds(network, pairs, limits), weights }, factors };
}

/** Clamps of first layers that nothing reaches above, as the ReLU that they are then. */
function withoutUpperBounds(
  { graph, weights }: Network,
  pairs: readonly LayerPair[],
  limits: ReadonlyMap<string, FactorLimits>,
): Network {
  const names = new Set(
    pairs.flatMap(({ first: { clamp, names: nodes, output } }) =>
      clamp === undefined || clamp.max === Infinity || limits.has(output) ? [] : [nodes.at(-1)],
    ),
  );
  const nodes = graph.nodes.map(
    (node): Node => (names.has(node.name) ? { ...node, op: 'relu', attributes: {} } : node),
  );
  return { graph: { ...graph, nodes }, weights };
}

/** What a layer's channels are at least, before their clamp. */
export type ChannelMinima = ReadonlyMap<string, Float64Array>;

/**
 * Takes what a channel never falls below out of a layer's bias and puts it into the next one's: `b₁ − c` and `b₂ + W₂ · c`, so that
 * the range between them begins at 0 again. Only where the second layer sees no padding, which would not be moved with the rest.
 *
 * Source: Nagel et al. 2019, arXiv:1906.04721, §4.1.3, where `c = max(0, β − 3γ)` of a BatchNorm.
 *
 * @param minima of each first layer's channels before their ReLU, by the layer's output.
 */
export function absorbBiases(network: Network, pairs: readonly LayerPair[], minima: ChannelMinima): Network {
  const weights = new Map(network.weights);
  const current = { ...network, weights };
  for (const { first, second, between } of pairs) {
    const least = minima.get(first.output);
    const { node } = second;
    const seesPadding =
      'padding' in node.attributes && Object.values(node.attributes.padding).some((pixels) => pixels > 0);
    const [one, two] = [layerWeights(current, first), layerWeights(current, second)];
    if (least === undefined || seesPadding || between.length > 0 || first.clamp?.min !== 0) continue;
    if (one.bias === undefined || two.bias === undefined) continue;
    const absorbed = least.map((value) => Math.max(0, value));
    if (absorbed.every((value) => value === 0)) continue;
    const added = Float64Array.from(two.bias);
    forEachWeight(two, byInput(node, two), (i, c) => {
      const o = i % two.channels;
      added[o] = (added[o] as number) + (two.weight[i] as number) * (absorbed[c] as number);
    });
    const { bias } = one;
    weights.set(
      one.names.bias as string,
      createTensor(
        'float32',
        [one.channels],
        bias.map((b, c) => b - (absorbed[c] as number)),
      ),
    );
    weights.set(two.names.bias as string, createTensor('float32', [two.channels], Float32Array.from(added)));
  }
  return current;
}
