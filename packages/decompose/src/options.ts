import type { Graph, Network } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import { DecomposeError } from './errors.js';
import type { Order } from './layer-shape.js';

/** A network that is ready to run. */
export interface PreparedNetwork {
  /** All outputs by name, for inputs by name. What it returns need not outlive the next run. */
  run(inputs: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor>;
  /** Frees what it holds. */
  dispose?(): void;
}

/** Milliseconds of one run of each graph, by the names given; best taken in turns, so that a slow moment hits all of them. */
export type MeasureGraphs = (
  graphs: Readonly<Record<string, Graph>>,
) => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>;

/** What the whole network may cost or lose. Exactly one of them. */
export type Budget =
  /** Multiply-adds, in parts of the network's: 0.3 leaves three tenths. */
  | { readonly macs: number }
  /** Milliseconds of the whole network, estimated from its layers' times; needs `measure`. */
  | { readonly milliseconds: number }
  /** The root of the sum of the squared relative errors of all layers' outputs, as the kept energies predict them. */
  | { readonly error: number };

/** How every layer's rank is found. Exactly one of them. */
export type RankRule =
  /** The same rank everywhere, or a layer's exact rank where that is smaller. */
  | { readonly rank: number; readonly energy?: undefined; readonly budget?: undefined }
  /** The smallest rank that keeps this share of a layer's squared singular values, above 0 and at most 1. */
  | { readonly energy: number; readonly rank?: undefined; readonly budget?: undefined }
  /** Greedily by marginal gain, see {@link Budget}. */
  | { readonly budget: Budget; readonly rank?: undefined; readonly energy?: undefined };

/** Options of `decomposeNetwork`. */
export type DecomposeOptions = RankRule & {
  /** Default `'depthwise-pointwise'`. */
  readonly order?: Order;
  /**
   * Sample inputs of the network, each a tensor for the one input or tensors by input name. With them the error of every layer's
   * output is minimized, and reported. Default: the error of the weights is minimized, and the output's is reported for two seeded
   * random inputs, uniform in [−1, 1).
   */
  readonly calibration?: readonly (Tensor | ReadonlyMap<string, Tensor>)[];
  /**
   * With `calibration`: fits the layers one after another, each on the inputs that it has in the network whose earlier layers are
   * decomposed already, to what it gave in the original. Ranks are chosen as without it. The network is much nearer to the
   * original then, while a layer alone may be farther; the network runs once more for every layer. Default `false`.
   */
  readonly sequential?: boolean;
  /** Replaces layers even where that costs more multiply-adds or time. Default `false`. */
  readonly force?: boolean;
  /** Folds BatchNorm into the convolutions first. Default `true`; otherwise it stays where it is, behind the second step. */
  readonly foldBatchNorm?: boolean;
  /** The most positions of a layer's output that are looked at, over all inputs. Default 4096, or 512 without `calibration`. */
  readonly samples?: number;
  /** For random inputs and the choice of positions. Default 1. */
  readonly seed?: number;
  /** Makes networks run. Default: the readable reference, which takes seconds for each GMAC. */
  readonly prepare?: (network: Network) => PreparedNetwork | Promise<PreparedNetwork>;
  /** Measures layers before and after. Default: nothing is measured, and times are `null`. */
  readonly measure?: MeasureGraphs;
  /** Called before each layer with its name, its index and how many there are. */
  readonly onLayer?: (name: string, index: number, count: number) => void;
};

const between = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'number' && value > least && value <= most;

function checkBudget(budget: Budget, canMeasure: boolean): void {
  const entries = Object.entries(budget);
  const [[name, value] = ['', undefined]] = entries;
  if (entries.length !== 1 || !['macs', 'milliseconds', 'error'].includes(name)) {
    throw new DecomposeError('a budget is one of macs, milliseconds and error, with a number');
  }
  if (name === 'macs' && !between(value, 0, 1)) {
    throw new DecomposeError(
      `the budget of MACs is a part of the network's, above 0 and at most 1, not ${String(value)}`,
    );
  }
  if (!between(value, 0, Number.MAX_VALUE)) {
    throw new DecomposeError(`the budget ${name} must be a number above 0, not ${String(value)}`);
  }
  if (name === 'milliseconds' && !canMeasure) {
    throw new DecomposeError('a budget of milliseconds needs the option measure: times are not guessed');
  }
}

/**
 * Checks what the compiler cannot.
 *
 * @throws {DecomposeError} naming the option and its value.
 */
export function checkOptions(options: DecomposeOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new DecomposeError(`options must be an object, such as { rank: 2 }, but are ${String(options)}`);
  }
  const rules = (['rank', 'energy', 'budget'] as const).filter((name) => options[name] !== undefined);
  if (rules.length !== 1) {
    throw new DecomposeError(
      `give one of rank, energy and budget${rules.length === 0 ? '' : `, not ${rules.join(' and ')}`}`,
    );
  }
  if (options.rank !== undefined && !(Number.isSafeInteger(options.rank) && options.rank >= 1)) {
    throw new DecomposeError(`the rank must be an integer of at least 1, not ${String(options.rank)}`);
  }
  if (options.energy !== undefined && !between(options.energy, 0, 1)) {
    throw new DecomposeError(
      `the energy must be a number above 0 and at most 1, not ${String(options.energy)}`,
    );
  }
  if (options.budget !== undefined) checkBudget(options.budget, options.measure !== undefined);
  const { samples, calibration } = options;
  if (samples !== undefined && !(Number.isSafeInteger(samples) && samples >= 1)) {
    throw new DecomposeError(`samples must be an integer of at least 1, not ${String(samples)}`);
  }
  if (options.sequential === true && calibration === undefined) {
    throw new DecomposeError('sequential fitting needs calibration inputs: give some, or leave it out');
  }
  if (calibration?.length === 0) {
    throw new DecomposeError('calibration is empty: give at least one input, or leave it out');
  }
}
