import { createTensor, type Shape, type Tensor, toFloat32 } from '@sepconv/tensor';
import { GraphError } from '../errors.js';
import type { Graph, Network, Node, NodeOf, Parameter, Weights } from '../types.js';
import { expectGraph, expectNetwork } from '../well-formed.js';
import { producersOf, usesOf } from './uses.js';

/** Ops into whose weight a following BatchNorm can be multiplied, and the weight's position among the inputs. */
const weightIndexOf: Partial<Record<Node['op'], number>> = {
  conv2d: 1,
  'conv-transpose2d': 1,
  'depthwise-conv2d': 1,
  'pointwise-conv2d': 1,
  'separable-conv2d': 2,
  dense: 1,
};

function weightOf(weights: Weights, name: string | undefined): Tensor<'float32'> {
  const tensor = name === undefined ? undefined : weights.get(name);
  if (tensor === undefined)
    throw new GraphError(`folding BatchNorm needs the weight "${name}", which is missing`);
  return toFloat32(tensor);
}

/** The parameters of a BatchNorm by their names. */
export interface NormParameters {
  readonly scale: string;
  readonly shift: string;
  readonly mean: string;
  readonly variance: string;
  readonly epsilon: number;
}

/**
 * What a BatchNorm computes with.
 *
 * @internal
 */
export function normParameters({ inputs, attributes }: NodeOf<'batch-norm'>): NormParameters {
  const [, scale, shift, mean, variance] = inputs as readonly [string, string, string, string, string];
  return { scale, shift, mean, variance, epsilon: attributes.epsilon };
}

/**
 * What a BatchNorm multiplies each channel by: `scale / √(variance + ε)`, in float64.
 *
 * @throws {GraphError} when one of its parameters is not among the weights.
 *
 * @internal
 */
export function normFactors(weights: Weights, { scale, variance, epsilon }: NormParameters): Float64Array {
  const variances = weightOf(weights, variance).data;
  return Float64Array.from(
    weightOf(weights, scale).data,
    (value, c) => value / Math.sqrt((variances[c] as number) + epsilon),
  );
}

/**
 * The bias of a layer with a BatchNorm in it: `(bias − mean) · factor + shift`, in float64 and rounded once.
 *
 * @param bias the layer's own, zeros where it has none.
 * @throws {GraphError} when a parameter of the norm is not among the weights.
 *
 * @internal
 */
export function foldedBias(
  weights: Weights,
  { shift, mean }: NormParameters,
  factors: Float64Array,
  bias?: Float32Array,
): Float32Array {
  const [shifts, means] = [weightOf(weights, shift).data, weightOf(weights, mean).data];
  return Float32Array.from(
    factors,
    (factor, c) => ((bias?.[c] ?? 0) - (means[c] as number)) * factor + (shifts[c] as number),
  );
}

/** Rows of `factors.length` numbers, each multiplied by its column's factor in float64 and rounded once. */
function multiplyColumns(values: Float32Array, factors: Float64Array): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < values.length; row += factors.length) {
    for (let c = 0; c < factors.length; c++)
      result[row + c] = (values[row + c] as number) * (factors[c] as number);
  }
  return result;
}

/** A BatchNorm, and the layer into whose weight and bias it can be multiplied. */
export interface FoldableNorm {
  readonly norm: NodeOf<'batch-norm'>;
  readonly node: Node;
  /** The position of the weight among the node's inputs; behind it comes the bias. */
  readonly weightIndex: number;
}

/**
 * Every BatchNorm that directly follows a convolution or dense layer which nobody else reads, where all that would be multiplied
 * together are parameters and not results of other nodes. That depends on how the graph is wired and on no number.
 */
export function foldableNorms(graph: Graph): readonly FoldableNorm[] {
  const uses = usesOf(graph);
  const producers = producersOf(graph);
  const parameters = new Set(graph.parameters.map(({ name }) => name));
  return graph.nodes.flatMap((norm) => {
    if (norm.op !== 'batch-norm') return [];
    const node = producers.get(norm.inputs[0] as string);
    const weightIndex = node && weightIndexOf[node.op];
    if (node === undefined || weightIndex === undefined) return [];
    // Who else reads the layer's result would read a normalized one.
    const isOnlyReader = uses.get(node.outputs[0] as string)?.length === 1;
    const multiplied = [...node.inputs.slice(weightIndex), ...norm.inputs.slice(1)];
    const isFoldable = isOnlyReader && multiplied.every((name) => parameters.has(name));
    return isFoldable ? [{ norm, node, weightIndex }] : [];
  });
}

/** Factors within this and its reciprocal leave ordinary weights far from the ends of float32. */
const ordinaryFactor = 2 ** 32;

/**
 * Whether folding keeps every number: none overflows or falls below the normal numbers where it was a number before.
 *
 * @internal
 */
export function keepsRange(weights: Weights, { norm, node, weightIndex }: FoldableNorm): boolean {
  const parameters = normParameters(norm);
  const factors = normFactors(weights, parameters);
  const biasName = node.inputs[weightIndex + 1];
  const bias = biasName === undefined ? undefined : weightOf(weights, biasName).data;
  if (!foldedBias(weights, parameters, factors, bias).every(Number.isFinite)) return false;
  const isOrdinary = (factor: number): boolean =>
    factor === 0 || (Math.abs(factor) <= ordinaryFactor && Math.abs(factor) >= 1 / ordinaryFactor);
  if (factors.every(isOrdinary)) return true;
  return weightOf(weights, node.inputs[weightIndex]).data.every((value, index) => {
    const product = Math.abs(Math.fround(value * (factors[index % factors.length] as number)));
    return product === 0 ? value === 0 : product >= 2 ** -126 && product < Infinity;
  });
}

/** A name that no value has; an already folded layer in front of a second BatchNorm has taken the stem. */
function freeName(taken: Set<string>, stem: string): string {
  let name = stem;
  for (let count = 1; taken.has(name); count++) name = `${stem}_${count}`;
  taken.add(name);
  return name;
}

/** What the weight and the bias of a folded layer are made of: the layer's own, and those of the norm. */
export interface FoldedParameters {
  readonly weight: string;
  readonly bias?: string;
  readonly norm: NormParameters;
}

/** A graph with norms in the layers before them. */
export interface FoldedGraph {
  readonly graph: Graph;
  /** By the names of the folded weights, which the graph has in place of the original ones, each with its bias. */
  readonly folded: ReadonlyMap<string, FoldedParameters & { readonly foldedBias: string }>;
}

/**
 * A graph with norms in the layers before them, as far as that needs no numbers.
 *
 * @param norms some of the graph's {@link foldableNorms}; by default all.
 */
export function foldedGraph(graph: Graph, norms = foldableNorms(graph)): FoldedGraph {
  expectGraph(graph);
  const shapes = new Map(graph.parameters.map(({ name, shape }) => [name, shape]));
  const taken = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...shapes.keys(),
    ...producersOf(graph).keys(),
  ]);
  const folded = new Map<string, FoldedParameters & { readonly foldedBias: string }>();
  const made: Parameter[] = [];
  const replaced = new Map<Node, readonly Node[]>();
  for (const { node, norm, weightIndex } of norms) {
    const [weight = '', bias] = node.inputs.slice(weightIndex);
    const weightName = freeName(taken, `${node.name}/folded-weight`);
    const biasName = freeName(taken, `${node.name}/folded-bias`);
    const parameters = normParameters(norm);
    folded.set(weightName, { weight, ...(bias && { bias }), norm: parameters, foldedBias: biasName });
    made.push(
      { name: weightName, shape: shapes.get(weight) as Shape, dtype: 'float32', role: 'weight' },
      { name: biasName, shape: shapes.get(parameters.scale) as Shape, dtype: 'float32', role: 'bias' },
    );
    const inputs = [...node.inputs.slice(0, weightIndex), weightName, biasName];
    replaced.set(node, [{ ...node, inputs, outputs: norm.outputs }]).set(norm, []);
  }
  const nodes = graph.nodes.flatMap((node) => replaced.get(node) ?? [node]);
  const read = new Set([...nodes.flatMap(({ inputs }) => inputs), ...graph.outputs]);
  const parameters = [...graph.parameters.filter(({ name }) => read.has(name)), ...made];
  return { graph: { ...graph, nodes, parameters }, folded };
}

/**
 * Folds every BatchNorm that directly follows a convolution or dense layer into that layer's weight and bias:
 * `w' = w · factor`, `b' = (b − mean) · factor + shift`, each computed in float64 and rounded once. The output channel
 * is the last dimension of every weight but the depthwise one's `[…, C, M]`, where it is the last two together; in
 * row-major order both are "index modulo the number of output channels". A BatchNorm behind anything else stays, as does one
 * whose statistics another node computes, and one that would take a weight or bias out of float32's range, as a variance of 0
 * with an epsilon of 0 does.
 *
 * Source: Jacob et al. 2018, arXiv:1712.05877, §3.2.
 */
export function foldBatchNorm(network: Network): Network {
  expectNetwork(network);
  const { graph: given, weights } = network;
  const norms = foldableNorms(given).filter((norm) => keepsRange(weights, norm));
  const { graph, folded } = foldedGraph(given, norms);
  const made = [...folded].flatMap(
    ([name, { weight, bias, norm, foldedBias: biasName }]): [string, Tensor][] => {
      const factors = normFactors(weights, norm);
      const { shape, data } = weightOf(weights, weight);
      const own = bias === undefined ? undefined : weightOf(weights, bias).data;
      return [
        [name, createTensor('float32', shape, multiplyColumns(data, factors))],
        [biasName, createTensor('float32', [factors.length], foldedBias(weights, norm, factors, own))],
      ];
    },
  );
  const kept = new Set(graph.parameters.map(({ name }) => name));
  return { graph, weights: new Map([...[...weights].filter(([name]) => kept.has(name)), ...made]) };
}
