import { GraphBuilder, initializeWeights, pointwiseConv2d } from '@sepconv/graph';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { instantiatePlan } from '../instantiate.js';
import type { Engine } from '../plan/engine.js';
import { planGraph } from '../plan/plan.js';

/** Milliseconds in which V8 usually has replaced its baseline code of both candidates. */
const usualBudget = 24;

/** Milliseconds after which nothing more is expected, even of a busy machine. */
const longestBudget = 150;

/** Runs in one reading of the clock: about a tenth of a millisecond, which even a coarse clock resolves. */
const runsPerReading = 4;

/** Its input's shape; there are as many outputs. */
const productShape = [1, 6, 8, 64] as const;

/** Its multiply-adds. */
export const productMacs = 6 * 8 * 64 * 64;

/** A matrix product that fits the first-level cache: only arithmetic is measured. */
export async function matrixProduct(engine: Engine): Promise<{ run: () => void; output: Float32Array }> {
  const builder = new GraphBuilder('speed');
  const input = builder.input('input', [...productShape]);
  const graph = builder.build([pointwiseConv2d(builder, input, { filters: 64 })]);
  const plan = planGraph(graph, engine);
  const { run, memory } = await instantiatePlan(plan, initializeWeights(graph, 1));
  const image = randomTensor(productShape, createRandom(1));
  new Float32Array(memory.buffer, plan.inputs[0]?.address, image.data.length).set(image.data);
  return { run, output: new Float32Array(memory.buffer, plan.outputs[0]?.address, 6 * 8 * 64) };
}

/** What racing two engines found. */
export interface Race {
  /** How many times faster the candidate is, by the best of interleaved readings. */
  readonly ratio: number;
  /** Whether both gave the same bits in the end, when both ran optimized code. */
  readonly isEqual: boolean;
}

/**
 * Runs a matrix product on two engines that must give the same bits. A ratio below `wanted` may only mean that a busy machine
 * has not optimized the code yet, so then it is measured for longer.
 */
export async function raceEngines(candidate: Engine, baseline: Engine, wanted: number): Promise<Race> {
  const racers = [await matrixProduct(candidate), await matrixProduct(baseline)] as const;
  const best = [Infinity, Infinity] as [number, number];
  const start = performance.now();
  const isUndecided = (elapsed: number): boolean =>
    elapsed < usualBudget || (elapsed < longestBudget && best[1] / best[0] < wanted);
  while (isUndecided(performance.now() - start)) {
    for (const which of [0, 1] as const) {
      const before = performance.now();
      for (let i = 0; i < runsPerReading; i++) racers[which].run();
      best[which] = Math.min(best[which], performance.now() - before);
    }
  }
  const isEqual = racers[0].output.every((value, i) => Object.is(value, racers[1].output[i]));
  return { ratio: best[1] / best[0], isEqual };
}
