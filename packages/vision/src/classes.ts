/** @file What a classifier's output says. */
import { contractOf, expectGraph, type Graph, type Node, producersOf } from '@sepconv/graph';
import { elementCount, formatShape, type Tensor, toFloat32 } from '@sepconv/tensor';
import { VisionError } from './errors.js';

/** How many classes a classifier's output `shape` has. */
export function classCount(graph: Graph, shape: readonly number[]): number {
  expectGraph(graph);
  if (!Array.isArray(shape))
    throw new VisionError(`a shape must be a list of numbers, but is ${String(shape)}`);
  const classes = shape.at(-1) ?? 0;
  if (classes < 2 || elementCount(shape) !== classes) {
    throw new VisionError(
      `the output of "${graph.name}" is ${formatShape(shape)}, not one row of classes: it is no image classifier`,
    );
  }
  return classes;
}

/** Whether an op leaves its input's numbers what they are, up to the rounding of a quantized network. */
const isView = ({ op }: Node): boolean => ['view', 'conversion'].includes(contractOf(op).kind);

const isSpread = ({ op }: Node): boolean => ['resize2d', 'transpose'].includes(op);

const probabilities: ReadonlySet<string> = new Set(['softmax', 'quantized-softmax', 'sigmoid']);

/** Whether an output, by default the first, is of probabilities; otherwise it is of logits, which a softmax makes probabilities. */
export function endsInProbabilities(graph: Graph, output: string | undefined = graph?.outputs?.[0]): boolean {
  const producers = producersOf(graph);
  let node = producers.get(output ?? '');
  // Another size of a map of probabilities is one still.
  while (node !== undefined && (isView(node) || isSpread(node)))
    node = producers.get(node.inputs[0] as string);
  return node !== undefined && probabilities.has(node.op);
}

function softmax(logits: ArrayLike<number>): number[] {
  const largest = Array.from(logits).reduce((most, value) => Math.max(most, value), -Infinity);
  const powers = Array.from(logits, (value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

/** A class with its probability. */
export interface RankedClass {
  readonly index: number;
  readonly probability: number;
}

/**
 * The most probable classes, best first; equal ones in the order of the classes.
 *
 * @throws {VisionError} when the network gave something that is no number.
 */
export function rankClasses(output: Tensor, count: number, isProbability: boolean): RankedClass[] {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new VisionError(
      `the number of classes to give must be a whole number of at least 1, but is ${String(count)}`,
    );
  }
  const { data } = toFloat32(output);
  const ranked = isProbability ? Array.from(data) : softmax(data);
  if (!ranked.every(Number.isFinite)) {
    throw new VisionError(
      'the network gave a result that is not a number: its weights are damaged, or pixels become other numbers than in its training (mean and standard deviation)',
    );
  }
  return ranked
    .map((probability, index) => ({ index, probability }))
    .sort((a, b) => b.probability - a.probability || a.index - b.index)
    .slice(0, count);
}
