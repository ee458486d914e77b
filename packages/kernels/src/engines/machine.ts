/** @file What a machine does, measured in some milliseconds: by this, not by names, one is told from another. */
import { depthwiseConv2d, GraphBuilder, initializeWeights } from '@sepconv/graph';
import { instantiatePlan } from '../instantiate.js';
import type { Machine } from '../plan/choices.js';
import { depthwiseKey } from '../plan/depthwise-block.js';
import type { DepthwiseKernel } from '../plan/depthwise-conv2d.js';
import type { Engine } from '../plan/engine.js';
import { planGraph } from '../plan/plan.js';
import { matrixProduct, productMacs } from './speed.js';

/** Milliseconds for each of three readings: V8 has replaced its baseline code by then. */
const budget = 8;

/** The shortest run within the budget, in milliseconds. */
function shortest(run: () => void): number {
  let best = Infinity;
  const start = performance.now();
  do {
    const before = performance.now();
    for (let i = 0; i < 4; i++) run();
    best = Math.min(best, (performance.now() - before) / 4);
  } while (performance.now() - start < budget);
  return best;
}

/** A depthwise convolution of 7 × 7 pixels that reads them where they lie. */
async function depthwise(engine: Engine, channels: number): Promise<() => void> {
  const builder = new GraphBuilder('alias');
  const input = builder.input('input', [1, 7, 7, channels]);
  const graph = builder.build([depthwiseConv2d(builder, input, { kernel: 3 })]);
  const [step] = planGraph(graph, engine).steps;
  const block = { pixels: 7, vectors: engine.vectorsPerRegister, rows: 1, isStaged: false };
  const choices = { depthwise: { [depthwiseKey(step?.kernel as DepthwiseKernel)]: block }, products: {} };
  const { run } = await instantiatePlan(
    planGraph(graph, { ...engine, choices }),
    initializeWeights(graph, 1),
  );
  return run;
}

/** Measures the machine that this runs on, with an engine. */
export async function measureMachine(engine: Engine): Promise<Machine> {
  const { run } = await matrixProduct(engine);
  const [dense, apart] = [await depthwise(engine, 960), await depthwise(engine, 1024)];
  return {
    gflops: (2 * productMacs) / shortest(run) / 1e6,
    aliasCost: shortest(apart) / 1024 / (shortest(dense) / 960),
  };
}
