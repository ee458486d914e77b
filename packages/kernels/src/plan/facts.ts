/** @file All that planning has to know of a network's numbers; everything else goes by shapes and types. */
import {
  expandSeparable,
  foldableNorms,
  keepsRange,
  type Network,
  type Node,
  type NodeOf,
  normFactors,
  normParameters,
  type Weights,
} from '@sepconv/graph';
import { toFloat32 } from '@sepconv/tensor';
import { needsCentring } from '../pack/batch-norm.js';

/** What is out of the ordinary about the numbers of nodes, by the nodes' names. */
export interface NumberFacts {
  /** BatchNorms that would take the layer before them out of float32's range. */
  readonly unfoldable: ReadonlySet<string>;
  /** BatchNorms that have to subtract their mean first. */
  readonly centred: ReadonlySet<string>;
  /** Transposed convolutions with a weight that is infinite or NaN. */
  readonly infinite: ReadonlySet<string>;
  /** Integer layers with a bias beyond {@link ordinaryBias}. */
  readonly biased: ReadonlySet<string>;
  /** The exponent of each `pow` that has one for all. */
  readonly exponents: ReadonlyMap<string, number>;
}

/** What biases of integer layers mostly are below in size: 64 times the largest product of two bytes. */
export const ordinaryBias = 2 ** 22;

/** What is true of most networks. */
export const ordinaryNumbers: NumberFacts = {
  unfoldable: new Set(),
  centred: new Set(),
  infinite: new Set(),
  biased: new Set(),
  exponents: new Map(),
};

/** Whether a weight is no number, as float32, after what is folded into it. */
function isInfinite(
  weights: Weights,
  weight: string | undefined,
  norm: NodeOf<'batch-norm'> | undefined,
): boolean {
  const tensor = weights.get(weight ?? '');
  if (tensor === undefined) return false;
  const factors = norm && normFactors(weights, normParameters(norm));
  return !toFloat32(tensor).data.every((value, index) =>
    Number.isFinite(factors === undefined ? value : Math.fround(value * factors[index % factors.length]!)),
  );
}

/** The exponent of a `pow`, where it is a parameter with one number only. */
function exponentOf(weights: Weights, { inputs }: Node): number | undefined {
  const exponents = weights.get(inputs[1] ?? '');
  const numbers = exponents === undefined ? [] : toFloat32(exponents).data;
  return numbers.every((value) => value === numbers[0]) ? numbers[0] : undefined;
}

/** Whether an integer layer has a bias that is larger than most. */
function isBiased(weights: Weights, { op, inputs }: Node): boolean {
  if (op !== 'quantized-conv2d' && op !== 'quantized-matmul') return false;
  return weights.get(inputs[2] ?? '')?.data.some((bias) => Math.abs(bias) > ordinaryBias) ?? false;
}

/** What planning has to know of these numbers. */
export function factsOf({ graph: given, weights }: Network): NumberFacts {
  const graph = expandSeparable(given);
  const [unfoldable, centred, infinite] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const [biased, exponents] = [new Set<string>(), new Map<string, number>()];
  const folded = new Map<Node, NodeOf<'batch-norm'>>();
  for (const foldable of foldableNorms(graph)) {
    if (keepsRange(weights, foldable)) folded.set(foldable.node, foldable.norm);
    else unfoldable.add(foldable.norm.name);
  }
  const gone = new Set<Node>(folded.values());
  for (const node of graph.nodes) {
    if (
      node.op === 'batch-norm' &&
      !gone.has(node) &&
      node.inputs.slice(1).every((name) => weights.has(name))
    ) {
      if (needsCentring(weights, normParameters(node))) centred.add(node.name);
    }
    if (node.op === 'conv-transpose2d' && isInfinite(weights, node.inputs[1], folded.get(node)))
      infinite.add(node.name);
    if (isBiased(weights, node)) biased.add(node.name);
    const exponent = node.op === 'pow' ? exponentOf(weights, node) : undefined;
    if (exponent !== undefined) exponents.set(node.name, exponent);
  }
  return { unfoldable, centred, infinite, biased, exponents };
}
