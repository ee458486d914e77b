/** @file An image through a network, with its time: what `sepconv run` does, in a browser. */
import { contractOf, type Graph, inferTypes, type Network, producersOf } from '@sepconv/graph';
import { compile, type Session } from '@sepconv/kernels';
import type { Tensor } from '@sepconv/tensor';

/** One answer. */
export interface Guess {
  readonly index: number;
  readonly label: string | undefined;
  readonly probability: number;
}

/** What a network said of an image, and how long it took. */
export interface Classification {
  /** The most probable first. */
  readonly guesses: readonly Guess[];
  readonly engine: { readonly name: string };
  readonly compileMilliseconds: number;
  /** The first run after compiling, in which the browser still optimizes. */
  readonly firstMilliseconds: number;
  /** Median of the runs after it. */
  readonly milliseconds: number;
  readonly runs: number;
}

/** How {@link createClassifier} works. */
export interface ClassifierOptions {
  /** So many guesses. Default 5. */
  readonly count?: number;
  /** Time for the repeated runs, after the first. Default 250. */
  readonly budgetMs?: number;
}

const mostRuns = 50;

/** The graph with a softmax at its end, unless it ends in probabilities already. */
export function withProbabilities(graph: Graph): Graph {
  const producers = producersOf(graph);
  const [output = ''] = graph.outputs;
  let node = producers.get(output);
  while (node !== undefined && contractOf(node.op).kind === 'view')
    node = producers.get(node.inputs[0] ?? '');
  if (node?.op === 'softmax' || node?.op === 'sigmoid') return graph;
  const rank = inferTypes(graph).get(output)?.shape.length ?? 0;
  let name = 'probabilities';
  while (producers.has(name)) name += '_';
  return {
    ...graph,
    nodes: [
      ...graph.nodes,
      { name, op: 'softmax', inputs: [output], outputs: [name], attributes: { axis: rank - 1 } },
    ],
    outputs: [name, ...graph.outputs.slice(1)],
  };
}

/** The most probable classes, best first. */
export function guessesOf(
  probabilities: Tensor,
  labels: readonly string[] | undefined,
  count: number,
): readonly Guess[] {
  const all = Array.from(probabilities.data, (probability, index) => ({
    index,
    label: labels?.[index],
    probability,
  }));
  if (!all.every(({ probability }) => Number.isFinite(probability))) {
    throw new Error(
      'the network gave a result that is not a number: its weights are damaged, or pixels become other numbers than in training',
    );
  }
  return all.sort((a, b) => b.probability - a.probability || a.index - b.index).slice(0, count);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** A network that is compiled once and asked again and again. */
export interface Classifier {
  classify(image: Tensor, labels?: readonly string[]): Classification;
  dispose(): void;
}

function timedRuns(
  session: Session,
  image: Tensor,
  budgetMs: number,
): { readonly output: Tensor; readonly times: number[] } {
  const times: number[] = [];
  const start = performance.now();
  for (;;) {
    const before = performance.now();
    const output = session.run(image);
    const after = performance.now();
    times.push(after - before);
    if (times.length >= mostRuns || after - start > budgetMs) return { output, times };
  }
}

/** Compiles a network of one image and one row of classes. */
export async function createClassifier(
  network: Network,
  { count = 5, budgetMs = 250 }: ClassifierOptions = {},
): Promise<Classifier> {
  const before = performance.now();
  const session = await compile({ ...network, graph: withProbabilities(network.graph) });
  const compileMilliseconds = performance.now() - before;
  const { name } = session.engine;
  return {
    classify: (image, labels) => {
      const { output, times } = timedRuns(session, image, budgetMs);
      const [first = 0, ...later] = times;
      return {
        guesses: guessesOf(output, labels, count),
        engine: { name },
        compileMilliseconds,
        firstMilliseconds: first,
        milliseconds: later.length > 0 ? median(later) : first,
        runs: times.length,
      };
    },
    dispose: () => session.dispose(),
  };
}
