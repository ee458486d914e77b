import { contractOf, type Graph, type Node, producersOf } from '@sepconv/graph';
import { elementCount, formatShape, type Tensor, toFloat32 } from '@sepconv/tensor';
import { DataError } from './errors.js';

/** One answer of a classifier. */
export interface Guess {
  readonly index: number;
  /** `null` without a labels file. */
  readonly label: string | null;
  readonly probability: number;
}

/** How many classes the network's first output has. */
export function classCount(graph: Graph, shape: readonly number[]): number {
  const classes = shape.at(-1) ?? 0;
  if (classes < 2 || elementCount(shape) !== classes) {
    throw new DataError(
      `the output of "${graph.name}" is ${formatShape(shape)}, not one row of classes; run is for image classifiers`,
    );
  }
  return classes;
}

/** Whether an op leaves its input's numbers what they are, up to the rounding of a quantized network. */
const isView = ({ op }: Node): boolean => ['view', 'conversion'].includes(contractOf(op).kind);

/** Whether the network ends in probabilities; otherwise it ends in logits, which a softmax makes probabilities. */
export function endsInProbabilities(graph: Graph): boolean {
  const producers = producersOf(graph);
  let node = producers.get(graph.outputs[0] as string);
  while (node !== undefined && isView(node)) node = producers.get(node.inputs[0] as string);
  return node?.op === 'softmax' || node?.op === 'sigmoid';
}

function softmax(logits: ArrayLike<number>): number[] {
  const largest = Array.from(logits).reduce((most, value) => Math.max(most, value), -Infinity);
  const powers = Array.from(logits, (value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

/** The most probable classes, best first; equal ones in the order of the classes. */
export function topGuesses(
  output: Tensor,
  {
    count,
    labels,
    isProbability,
  }: { count: number; labels: readonly string[] | undefined; isProbability: boolean },
): Guess[] {
  const { data } = toFloat32(output);
  const probabilities = isProbability ? Array.from(data) : softmax(data);
  if (!probabilities.every(Number.isFinite)) {
    throw new DataError(
      'the network gave a result that is not a number: its weights are damaged, or the normalization (--mean, --std) is not the one it was trained with',
    );
  }
  return probabilities
    .map((probability, index) => ({ index, label: labels?.[index] ?? null, probability }))
    .sort((a, b) => b.probability - a.probability || a.index - b.index)
    .slice(0, count);
}
