/**
 * @file MobileNetV1 at 224 pixels, the plain loops of naive.ts beside the engine, in one process and in turns.
 *
 *   npm run -s bench:naive -- [--json] [--engine NAME] [--at-least RATIO]
 *
 * The two results are compared first: a fast wrong answer has no time. With --at-least the exit code says whether the
 * engine was that many times faster.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Graph, inferTypes, initializeWeights } from '@sepconv/graph';
import { compile, engineNames } from '@sepconv/kernels';
import { mobileNetV1 } from '@sepconv/mobilenet';
import {
  compareTensors,
  createRandom,
  createTensor,
  describeComparison,
  randomTensor,
} from '@sepconv/tensor';
import { prepareNaive } from './naive-network.ts';

const seed = 1;
const naiveWarmUps = 3;
const rounds = 7;
/** Engine runs for each naive one: they take a fraction of its time, and a longer sample is a steadier one. */
const engineRunsPerRound = 8;

const usage =
  'usage: npm run -s bench:naive -- [--json] [--engine auto|simd128|relaxed|wide] [--at-least RATIO]';

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        engine: { type: 'string', default: 'auto' },
        'at-least': { type: 'string', default: '0' },
      },
    });
    const engine = ['auto' as const, ...engineNames].find((name) => name === values.engine);
    const atLeast = Number(values['at-least']);
    if (engine === undefined || !(atLeast >= 0)) throw new Error(`unknown engine or ratio`);
    return { json: values.json, engine, atLeast };
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

/**
 * How far two float32 results may be apart, relative to the largest: a sum of k products is off by at most
 * (k + 2) · 2⁻²⁴ of its terms' magnitudes, layer upon layer, on both sides.
 */
function relativeBound(graph: Graph): number {
  const types = inferTypes(graph);
  const terms = graph.nodes.map(({ op, inputs }) => {
    const shape = types.get(inputs[1] ?? '')?.shape ?? [];
    if (op === 'depthwise-conv2d') return (shape[0] ?? 0) * (shape[1] ?? 0);
    return op === 'batch-norm' ? 0 : shape.slice(0, -1).reduce((product, size) => product * size, 1);
  });
  return terms.reduce((sum, k) => sum + 2 * (k + 2) * 2 ** -24, 0);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] as number;

function timeOf(repeats: number, run: () => void): number {
  const before = performance.now();
  for (let i = 0; i < repeats; i++) run();
  return (performance.now() - before) / repeats;
}

const options = readOptions();
const graph = mobileNetV1();
const weights = initializeWeights(graph, seed);
const input = randomTensor([1, 224, 224, 3], createRandom(seed));
const naive = prepareNaive(graph, weights);
const session = await compile({ graph, weights }, { engine: options.engine, allowProcessFlags: true });

const expected = createTensor('float32', [1, 1000], naive(input.data).slice());
const bound =
  relativeBound(graph) * expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const comparison = compareTensors(session.run(input), expected, bound);
if (!comparison.ok) {
  console.error(`the engine and the naive loops disagree: ${describeComparison(comparison)}`);
  process.exit(1);
}

for (let i = 0; i < naiveWarmUps; i++) naive(input.data);
for (let i = 0; i < naiveWarmUps * engineRunsPerRound; i++) session.run(input);
const naiveTimes: number[] = [];
const engineTimes: number[] = [];
for (let round = 0; round < rounds; round++) {
  naiveTimes.push(timeOf(1, () => naive(input.data)));
  engineTimes.push(timeOf(engineRunsPerRound, () => session.run(input)));
}

const naiveMs = median(naiveTimes);
const engineMs = median(engineTimes);
const result = {
  network: graph.name,
  engine: session.engine.name,
  naiveMs,
  engineMs,
  ratio: naiveMs / engineMs,
  rounds,
  maxError: comparison.maxError,
  bound,
  node: process.versions.node,
  cpu: cpus()[0]?.model ?? 'unknown',
  load: loadavg()[0],
};
if (options.json) {
  console.log(JSON.stringify(result, null, 2));
} else {
  console.log(`${graph.name}, 224×224, batch 1, one thread, medians of ${rounds} rounds in turns
  plain loops in TypeScript  ${naiveMs.toFixed(1).padStart(8)} ms
  engine ${session.engine.name.padEnd(18)}  ${engineMs.toFixed(1).padStart(8)} ms
  ratio                      ${result.ratio.toFixed(1).padStart(8)} ×
results agree: largest difference ${comparison.maxError.toExponential(1)}, allowed ${bound.toExponential(1)}
Node ${result.node}, ${result.cpu}, load ${result.load?.toFixed(2)}`);
}
if (result.ratio < options.atLeast) {
  console.error(
    `the engine is ${result.ratio.toFixed(1)} times faster, less than the ${options.atLeast} asked for`,
  );
  process.exitCode = 1;
}
