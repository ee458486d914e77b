/**
 * @file A latency model on top of the roofline: a kernel's time as a sum of amounts (multiply-adds, loads, bytes, calls),
 * each with a price that is learnt from kernels that were measured. The amounts come from the kernel's plan, the prices from
 * a calibration; a kernel that was never measured is priced by what it is made of.
 */
import { CostError } from '../errors.js';
import { nonNegativeLeastSquares } from './least-squares.js';
import type { Machine } from './machine.js';
import { roofline, type Work } from './roofline.js';

/** What a kernel does: the work, and how much of everything that has a price. */
export interface KernelWork extends Work {
  /** By name, for instance `gemm.multiplyAdds`; what does not occur is left out. */
  readonly amounts: Readonly<Record<string, number>>;
}

/** A kernel and how long it took. */
export interface Observation {
  readonly work: KernelWork;
  readonly milliseconds: number;
}

/** Prices in nanoseconds, by the name of the amount. */
export interface LatencyModel {
  readonly nanoseconds: Readonly<Record<string, number>>;
}

/** Rounds of the fit, in each of which what fits badly counts less: a sample that was disturbed must not move the others. */
/** Whether something has amounts, all of them numbers. */
const isWork = (work: KernelWork | undefined): boolean =>
  typeof work?.amounts === 'object' &&
  work.amounts !== null &&
  Object.values(work.amounts).every((amount) => typeof amount === 'number');

const robustRounds = 8;
const toleratedError = 0.03;

/**
 * The prices that explain some observations best, by the median more than by the mean of the relative error.
 *
 * @throws {CostError} when there is nothing to learn from.
 */
export function fitLatency(observations: readonly Observation[]): LatencyModel {
  const isObserved = ({ work, milliseconds }: Partial<Observation>): boolean =>
    typeof milliseconds === 'number' && isWork(work);
  if (!Array.isArray(observations) || !observations.every((one) => isObserved(one ?? {}))) {
    throw new CostError(
      'a latency model is fitted to a list of { work: { flops, bytes, amounts }, milliseconds }',
    );
  }
  const used = observations.filter(({ milliseconds }) => milliseconds > 0);
  if (used.length === 0) throw new CostError('a latency model cannot be fitted without measured kernels');
  const names = [...new Set(used.flatMap(({ work }) => Object.keys(work.amounts)))].sort();
  const rows = used.map(({ work }) => names.map((name) => work.amounts[name] ?? 0));
  const targets = used.map(({ milliseconds }) => milliseconds * 1e6);
  let prices = nonNegativeLeastSquares(rows, targets);
  for (let round = 0; round < robustRounds; round++) {
    const weights = rows.map((row, i) => {
      const predicted = row.reduce((sum, amount, j) => sum + amount * (prices[j] as number), 0);
      return 1 / (Math.abs(predicted / (targets[i] as number) - 1) + toleratedError);
    });
    prices = nonNegativeLeastSquares(rows, targets, weights);
  }
  return { nanoseconds: Object.fromEntries(names.map((name, j) => [name, prices[j] as number])) };
}

/**
 * Milliseconds of a kernel by a model. Where the kernel does something that has no price, the roofline of the machine is the
 * least that is predicted.
 */
export function predictLatency(model: LatencyModel, work: KernelWork, machine: Machine): number {
  if (typeof model?.nanoseconds !== 'object' || model.nanoseconds === null || !isWork(work)) {
    throw new CostError('a time is predicted by what fitLatency gave, for { flops, bytes, amounts }');
  }
  let nanoseconds = 0;
  let isKnown = true;
  for (const [name, amount] of Object.entries(work.amounts)) {
    const price = model.nanoseconds[name];
    if (price === undefined) isKnown &&= amount === 0;
    else nanoseconds += amount * price;
  }
  const milliseconds = nanoseconds / 1e6;
  return isKnown ? milliseconds : Math.max(milliseconds, roofline(work, machine).milliseconds);
}
