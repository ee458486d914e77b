import { createTensor, type Tensor, toFloat32 } from '@sepconv/tensor';
import { GraphError } from '../errors.js';
import type { Network, Node, NodeOf, Parameter, Weights } from '../types.js';
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

/** A name that no value has; an already folded layer in front of a second BatchNorm has taken the stem. */
function freeName(taken: Set<string>, stem: string): string {
  let name = stem;
  for (let count = 1; taken.has(name); count++) name = `${stem}_${count}`;
  taken.add(name);
  return name;
}

/** What a convolution and the BatchNorm behind it become; the weight is still to be multiplied by the factors. */
interface Folded {
  readonly node: Node;
  readonly parameters: readonly Parameter[];
  readonly weights: Weights;
  readonly weightName: string;
  readonly factors: Float64Array;
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
 * `w' = w · factor`, `b' = (b − mean) · factor + shift`, each computed in float64 and rounded once. The output channel
 * is the last dimension of every weight but the depthwise one's `[…, C, M]`, where it is the last two together; in
 * row-major order both are "index modulo the number of output channels". Nothing where the results are out of float32's range.
 */
function fold(
  weights: Weights,
  node: Node,
  weightIndex: number,
  norm: NodeOf<'batch-norm'>,
  taken: Set<string>,
): Folded | undefined {
  const factors = factorsOf(weights, norm);
  const shift = weightOf(weights, norm.inputs[2]).data;
  const mean = weightOf(weights, norm.inputs[3]).data;
  const weight = weightOf(weights, node.inputs[weightIndex]);
  const biasName = node.inputs[weightIndex + 1];
  const bias = biasName === undefined ? undefined : weightOf(weights, biasName).data;

  const channels = factors.length;
  const foldedBias = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    foldedBias[c] = ((bias?.[c] ?? 0) - (mean[c] as number)) * (factors[c] as number) + (shift[c] as number);
  }
  if (!keepsRange(weight.data, foldedBias, factors)) return undefined;
  const weightName = freeName(taken, `${node.name}/folded-weight`);
  const foldedBiasName = freeName(taken, `${node.name}/folded-bias`);
  const inputs = [...node.inputs.slice(0, weightIndex), weightName, foldedBiasName];
  return {
    node: { ...node, inputs, outputs: norm.outputs },
    parameters: [
      { name: weightName, shape: weight.shape, dtype: 'float32', role: 'weight' },
      { name: foldedBiasName, shape: [channels], dtype: 'float32', role: 'bias' },
    ],
    weights: new Map([
      [weightName, weight],
      [foldedBiasName, createTensor('float32', [channels], foldedBias)],
    ]),
    weightName,
    factors,
  };
}

/**
 * Whether `node` feeds `norm` alone, so that folding changes nobody else's input, and what is multiplied together are
 * parameters with numbers and not results of other nodes.
 */
function canFold(
  weights: Weights,
  parameters: ReadonlySet<string>,
  uses: ReturnType<typeof usesOf>,
  node: Node,
  norm: NodeOf<'batch-norm'>,
): boolean {
  const index = weightIndexOf[node.op];
  if (index === undefined || uses.get(node.outputs[0] as string)?.length !== 1) return false;
  return [...node.inputs.slice(index), ...norm.inputs.slice(1)].every(
    (name) => parameters.has(name) && weights.has(name),
  );
}

/**
 * Folds as {@link foldBatchNorm} does, and leaves the multiplication of the weights to whoever reads them next: packing
 * weights for an engine can do it on the way, and need not hold a second copy of the network.
 */
export function deferBatchNormFolding(network: Network): DeferredFolding {
  const { graph, weights } = network;
  const uses = usesOf(graph);
  const producers = producersOf(graph);
  const folded = new Map<string, Folded>();
  const gone = new Set<string>();
  const parameterNames = new Set(graph.parameters.map(({ name }) => name));
  const taken = new Set([...graph.inputs.map(({ name }) => name), ...parameterNames, ...producers.keys()]);
  for (const norm of graph.nodes) {
    if (norm.op !== 'batch-norm') continue;
    const node = producers.get(norm.inputs[0] as string);
    if (node === undefined || !canFold(weights, parameterNames, uses, node, norm)) continue;
    const result = fold(weights, node, weightIndexOf[node.op] as number, norm, taken);
    if (result === undefined) continue;
    folded.set(node.name, result);
    gone.add(norm.name);
  }
  const nodes = graph.nodes.flatMap((node) =>
    gone.has(node.name) ? [] : [folded.get(node.name)?.node ?? node],
  );
  const read = new Set([...nodes.flatMap(({ inputs }) => inputs), ...graph.outputs]);
  const parameters = [
    ...graph.parameters.filter(({ name }) => read.has(name)),
    ...[...folded.values()].flatMap((f) => f.parameters),
  ];
  return {
    network: {
      graph: { ...graph, nodes, parameters },
      weights: new Map([
        ...[...weights].filter(([name]) => read.has(name)),
        ...[...folded.values()].flatMap((f) => [...f.weights]),
      ]),
    },
    factors: new Map([...folded.values()].map(({ weightName, factors }) => [weightName, factors])),
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
