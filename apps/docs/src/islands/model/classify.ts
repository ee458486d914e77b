/** @file An image through a network, with its time: what `sepconv run` does, in a browser. */
import type { GraphInput, Network } from '@sepconv/graph';
import { compile, type Session } from '@sepconv/kernels';
import { summarize } from '@sepconv/kernels/measure';
import type { Tensor } from '@sepconv/tensor';
import { asStored, endsInProbabilities, type RankedClass, rankClasses } from '@sepconv/vision';

/** One answer. */
export interface Guess extends RankedClass {
  readonly label: string | undefined;
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

/** A network that is compiled once and asked again and again. */
export interface Classifier {
  classify(image: Tensor<'float32'>, labels?: readonly string[]): Classification;
  dispose(): void;
}

function timedRuns(
  session: Session,
  input: Tensor,
  budgetMs: number,
): { readonly output: Tensor; readonly times: number[] } {
  const times: number[] = [];
  const start = performance.now();
  for (;;) {
    const before = performance.now();
    const output = session.run(input);
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
  const session = await compile(network);
  const compileMilliseconds = performance.now() - before;
  const { name } = session.engine;
  const isProbability = endsInProbabilities(network.graph);
  const [taken] = network.graph.inputs as [GraphInput];
  return {
    classify: (image, labels) => {
      const { output, times } = timedRuns(session, asStored(image, taken), budgetMs);
      const [first = 0, ...later] = times;
      return {
        guesses: rankClasses(output, count, isProbability).map((ranked) => ({
          ...ranked,
          label: labels?.[ranked.index],
        })),
        engine: { name },
        compileMilliseconds,
        firstMilliseconds: first,
        milliseconds: summarize(later.length > 0 ? later : times).medianMs,
        runs: times.length,
      };
    },
    dispose: () => session.dispose(),
  };
}
