import { createTensor, type Shape, type Tensor, toFloat32 } from '@sepconv/tensor';
import { GraphError } from '../errors.js';
import type { Graph, Network, Node, NodeOf, Parameter, Weights } from '../types.js';
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

/** Per output channel: `factor = scale / √(variance + ε)`, in float64. */
function factorsOf(weights: Weights, norm: NodeOf<'batch-norm'>): Float64Array {
  const scale = weightOf(weights, norm.inputs[1]).data;
  const variance = weightOf(weights, norm.inputs[4]).data;
  const factors = new Float64Array(scale.length);
  for (let c = 0; c < factors.length; c++) {
    factors[c] = (scale[c] as number) / Math.sqrt((variance[c] as number) + norm.attributes.epsilon);
  }
  return factors;
}

/** Factors within this and its reciprocal leave ordinary weights far from the ends of float32. */
const ordinaryFactor = 2 ** 32;

/** Whether folding keeps every number: none overflows or falls below the normal numbers where it was a number before. */
function keepsRange(weight: Float32Array, bias: Float32Array, factors: Float64Array): boolean {
  const isOrdinary = (factor: number): boolean =>
    factor === 0 || (Math.abs(factor) <= ordinaryFactor && Math.abs(factor) >= 1 / ordinaryFactor);
  if (!bias.every(Number.isFinite)) return false;
  if (factors.every(isOrdinary)) return true;
  return weight.every((value, index) => {
    const product = Math.abs(Math.fround(value * (factors[index % factors.length] as number)));
    return product === 0 ? value === 0 : product >= 2 ** -126 && product < Infinity;
  });
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

/** A name that no value has; an already folded layer in front of a second BatchNorm has taken the stem. */
function freeName(taken: Set<string>, stem: string): string {
  let name = stem;
  for (let count = 1; taken.has(name); count++) name = `${stem}_${count}`;
  taken.add(name);
  return name;
}

/** The names that a folded layer's parameters get. */
interface FoldedNames {
  readonly weightName: string;
  readonly biasName: string;
}

/** The graph with these norms in the layers before them, and what their new parameters are called. */
function withoutNorms<Norm extends FoldableNorm>(
  graph: Graph,
  norms: readonly Norm[],
): { readonly graph: Graph; readonly folded: readonly (Norm & FoldedNames)[] } {
  const shapes = new Map(graph.parameters.map(({ name, shape }) => [name, shape]));
  const taken = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...shapes.keys(),
    ...producersOf(graph).keys(),
  ]);
  const folded = norms.map((norm) => ({
    ...norm,
    weightName: freeName(taken, `${norm.node.name}/folded-weight`),
    biasName: freeName(taken, `${norm.node.name}/folded-bias`),
  }));
  const gone = new Set<Node>(norms.map(({ norm }) => norm));
  const byNode = new Map<Node, (typeof folded)[number]>(folded.map((entry) => [entry.node, entry]));
  const nodes = graph.nodes.flatMap((node) => {
    const found = byNode.get(node);
    if (found === undefined) return gone.has(node) ? [] : [node];
    const inputs = [...node.inputs.slice(0, found.weightIndex), found.weightName, found.biasName];
    return [{ ...node, inputs, outputs: found.norm.outputs }];
  });
  const read = new Set([...nodes.flatMap(({ inputs }) => inputs), ...graph.outputs]);
  const made = folded.flatMap(({ node, norm, weightIndex, weightName, biasName }): Parameter[] => {
    const shapeOf = (name = '') => shapes.get(name) as Shape;
    return [
      { name: weightName, shape: shapeOf(node.inputs[weightIndex]), dtype: 'float32', role: 'weight' },
      { name: biasName, shape: shapeOf(norm.inputs[1]), dtype: 'float32', role: 'bias' },
    ];
  });
  const parameters = [...graph.parameters.filter(({ name }) => read.has(name)), ...made];
  return { graph: { ...graph, nodes, parameters }, folded };
}

/** A graph as {@link foldBatchNorm} leaves it, where no number is out of float32's range. */
export function foldedGraph(graph: Graph): Graph {
  return withoutNorms(graph, foldableNorms(graph)).graph;
}

/** The numbers of a layer with a BatchNorm in it; the weight is still to be multiplied by the factors. */
interface FoldedNumbers {
  readonly weight: Tensor<'float32'>;
  readonly bias: Tensor<'float32'>;
  readonly factors: Float64Array;
}

/**
 * `w' = w · factor`, `b' = (b − mean) · factor + shift`, each computed in float64 and rounded once. The output channel
 * is the last dimension of every weight but the depthwise one's `[…, C, M]`, where it is the last two together; in
 * row-major order both are "index modulo the number of output channels". Nothing where the results are out of float32's range.
 */
function foldNumbers(weights: Weights, { node, norm, weightIndex }: FoldableNorm): FoldedNumbers | undefined {
  const factors = factorsOf(weights, norm);
  const shift = weightOf(weights, norm.inputs[2]).data;
  const mean = weightOf(weights, norm.inputs[3]).data;
  const weight = weightOf(weights, node.inputs[weightIndex]);
  const biasName = node.inputs[weightIndex + 1];
  const bias = biasName === undefined ? undefined : weightOf(weights, biasName).data;
  const folded = new Float32Array(factors.length);
  for (let c = 0; c < folded.length; c++) {
    folded[c] = ((bias?.[c] ?? 0) - (mean[c] as number)) * (factors[c] as number) + (shift[c] as number);
  }
  if (!keepsRange(weight.data, folded, factors)) return undefined;
  return { weight, bias: createTensor('float32', [folded.length], folded), factors };
}

/** A network whose BatchNorms are folded but for one multiplication, which its weights still need. */
export interface DeferredFolding {
  /** Folded, with the original numbers under the folded weights' names. */
  readonly network: Network;
  /**
   * By a folded weight's name, the factor of each output channel: element `i` of the weight in row-major order is to be
   * multiplied by `factors[i % factors.length]` in float64 and rounded once.
   */
  readonly factors: ReadonlyMap<string, Float64Array>;
}

/**
 * Folds as {@link foldBatchNorm} does, and leaves the multiplication of the weights to whoever reads them next: packing
 * weights for an engine can do it on the way, and need not hold a second copy of the network.
 */
export function deferBatchNormFolding({ graph: given, weights }: Network): DeferredFolding {
  const norms = foldableNorms(given).flatMap((norm) => {
    const numbers = foldNumbers(weights, norm);
    return numbers === undefined ? [] : [{ ...norm, ...numbers }];
  });
  const { graph, folded } = withoutNorms(given, norms);
  const kept = new Set(graph.parameters.map(({ name }) => name));
  const made = folded.flatMap(({ weightName, weight, biasName, bias }): [string, Tensor][] => [
    [weightName, weight],
    [biasName, bias],
  ]);
  return {
    network: { graph, weights: new Map([...[...weights].filter(([name]) => kept.has(name)), ...made]) },
    factors: new Map(folded.map(({ weightName, factors }) => [weightName, factors])),
  };
}

/**
 * Folds every BatchNorm that directly follows a convolution or dense layer into that layer's weight and bias. A
 * BatchNorm behind anything else stays, as does one whose statistics another node computes, and one that would take a weight or
 * bias out of float32's range, as a variance of 0 with an epsilon of 0 does.
 *
 * Source: Jacob et al. 2018, arXiv:1712.05877, §3.2.
 */
export function foldBatchNorm(network: Network): Network {
  const { network: folded, factors } = deferBatchNormFolding(network);
  const weights = [...folded.weights].map(([name, tensor]): [string, Tensor] => {
    const columns = factors.get(name);
    if (columns === undefined) return [name, tensor];
    return [name, createTensor('float32', tensor.shape, multiplyColumns(toFloat32(tensor).data, columns))];
  });
  return { graph: folded.graph, weights: new Map(weights) };
}
