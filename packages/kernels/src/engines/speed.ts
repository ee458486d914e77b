import { GraphBuilder, initializeWeights, pointwiseConv2d } from '@sepconv/graph';
import { instantiatePlan } from '../instantiate.js';
import type { Engine } from '../plan/engine.js';
import { planNetwork } from '../plan/plan.js';

/** Milliseconds in which V8 usually has replaced its baseline code of both candidates. */
const usualBudget = 24;

/** Milliseconds after which nothing more is expected, even of a busy machine. */
const longestBudget = 150;

/** Runs in one reading of the clock: about a tenth of a millisecond, which even a coarse clock resolves. */
const runsPerReading = 4;

/** A matrix product that fits the first-level cache: only arithmetic is measured. */
async function matrixProduct(engine: Engine): Promise<() => void> {
  const builder = new GraphBuilder('speed');
  const input = builder.input('input', [1, 6, 8, 64]);
  const graph = builder.build([pointwiseConv2d(builder, input, { filters: 64 })]);
  const { run } = await instantiatePlan(planNetwork({ graph, weights: initializeWeights(graph, 1) }, engine));
  return run;
}

/**
 * How many times faster `candidate` runs a matrix product than `baseline`, by the best of interleaved readings. A ratio below
 * `wanted` may only mean that a busy machine has not optimized the code yet, so then it is measured for longer.
 */
export async function speedRatio(candidate: Engine, baseline: Engine, wanted: number): Promise<number> {
  const runs = [await matrixProduct(candidate), await matrixProduct(baseline)] as const;
  const best = [Infinity, Infinity] as [number, number];
  const start = performance.now();
  const isUndecided = (elapsed: number): boolean =>
    elapsed < usualBudget || (elapsed < longestBudget && best[1] / best[0] < wanted);
  while (isUndecided(performance.now() - start)) {
    for (const which of [0, 1] as const) {
      const before = performance.now();
      for (let i = 0; i < runsPerReading; i++) runs[which]();
      best[which] = Math.min(best[which], performance.now() - before);
    }
  }
  return best[1] / best[0];
}
