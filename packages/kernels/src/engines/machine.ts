/** @file What a machine does, measured in some tens of milliseconds: by this, not by names, one is told from another. */
import { depthwiseConv2d, GraphBuilder, initializeWeights } from '@sepconv/graph';
import { instantiatePlan } from '../instantiate.js';
import { depthwiseKey } from '../plan/depthwise-block.js';
import type { DepthwiseKernel } from '../plan/depthwise-conv2d.js';
import type { Engine, EngineName } from '../plan/engine.js';
import type { Machine } from '../plan/machine.js';
import { planGraph } from '../plan/plan.js';
import { measureLevels } from './latency.js';
import { matrixProduct, productMacs } from './speed.js';

/** Milliseconds for the readings at least, in which V8 usually has replaced its baseline code, and at most. */
const leastMs = 12;
const mostMs = 30;

/** Runs in one reading of the clock. */
const runsPerReading = 4;

/** A reading that is shorter by less than this says that nothing is optimized any more. */
const stillFaster = 0.97;

/** The shortest of interleaved runs, in milliseconds: until for half of the time none has become shorter. */
function shortest(runs: readonly (() => void)[]): number[] {
  const best = runs.map(() => Infinity);
  const start = performance.now();
  let settledSince = start;
  for (;;) {
    for (const [i, run] of runs.entries()) {
      const before = performance.now();
      for (let count = 0; count < runsPerReading; count++) run();
      const now = performance.now();
      const each = (now - before) / runsPerReading;
      if (each < stillFaster * (best[i] as number)) settledSince = now;
      best[i] = Math.min(best[i] as number, each);
    }
    const [elapsed, settled] = [performance.now() - start, performance.now() - settledSince];
    if ((elapsed > leastMs && settled > elapsed / 2) || elapsed > mostMs) return best;
  }
}

/** A depthwise convolution of 7 × 7 pixels that reads them where they lie. */
async function depthwise(engine: Engine, channels: number): Promise<() => void> {
  const builder = new GraphBuilder('alias');
  const input = builder.input('input', [1, 7, 7, channels]);
  const graph = builder.build([depthwiseConv2d(builder, input, { kernel: 3 })]);
  const [step] = planGraph(graph, engine).steps;
  const block = { pixels: 7, vectors: engine.vectorsPerRegister, rows: 1, strip: 0 };
  const choices = { depthwise: { [depthwiseKey(step?.kernel as DepthwiseKernel)]: block }, products: {} };
  const { run } = await instantiatePlan(
    planGraph(graph, { ...engine, choices }),
    initializeWeights(graph, 1),
  );
  return run;
}

/** Channels whose pixels lie 4 KB apart, and nearly as many whose do not. */
const [aliased, dense] = [1024, 960];

/** Measures the machine that this runs on, with an engine. */
async function measureMachine(engine: Engine): Promise<Machine> {
  const levels = await measureLevels();
  const { run } = await matrixProduct(engine);
  const [product = Infinity] = shortest([run]);
  const [apart = Infinity, near = Infinity] = shortest([
    await depthwise(engine, aliased),
    await depthwise(engine, dense),
  ]);
  return {
    gflops: (2 * productMacs) / product / 1e6,
    aliasCost: apart / aliased / (near / dense),
    ...levels,
  };
}

const known = new Map<EngineName, Promise<Machine>>();

/** What this machine does on an engine, found out once in a process. */
export function machineHere(engine: Engine): Promise<Machine> {
  const measured = known.get(engine.name) ?? measureMachine(engine);
  known.set(engine.name, measured);
  return measured;
}
