/**
 * @file One training step of the separable digit network beside the same step in TensorFlow.js on its `cpu` backend, the
 * only one of its backends in Node without native code that has the gradient of a depthwise convolution.
 *
 *   npm run -s bench:train -- [--json] [--rounds N] [--quick] [--at-least RATIO]
 *
 * Forward, loss, back, and an update by SGD with Nesterov's momentum, for a batch of 32. Loss and gradients are compared
 * first; then both take turns in one process. With --at-least the exit code says whether the ratio was reached.
 */
import { parseArgs } from 'node:util';
import { createRandom, randomTensor } from '@sepconv/tensor';
import {
  compileTraining,
  createOptimizer,
  digitNetwork,
  initialWeights,
  softmaxCrossEntropy,
  withBatchSize,
} from '@sepconv/train';
import { installedVersions, noteCircumstances } from './harness/machine.ts';
import { formatTrainStep, type TrainStepReport } from './train-step/report.ts';
import { prepareTfjsTraining } from './train-step/tfjs-training.ts';

const batchSize = 32;
const learningRate = 0.05;
/** Steps of ours for each of tfjs: a longer sample is a steadier one. */
const stepsPerRound = 8;

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    'at-least': { type: 'string', default: '0' },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 2 : 7));
const warmUps = options.quick ? 1 : 3;

/** The largest difference of two arrays, relative to the largest number of the second. */
function relativeDifference(actual: ArrayLike<number>, wanted: ArrayLike<number>): number {
  let [difference, size] = [0, Number.MIN_VALUE];
  for (let i = 0; i < wanted.length; i++) {
    difference = Math.max(difference, Math.abs((actual[i] as number) - (wanted[i] as number)));
    size = Math.max(size, Math.abs(wanted[i] as number));
  }
  return difference / size;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] as number;

function timeOf(repeats: number, run: () => void): number {
  const before = performance.now();
  for (let i = 0; i < repeats; i++) run();
  return (performance.now() - before) / repeats;
}

const note = noteCircumstances(installedVersions(['@tensorflow/tfjs']));
const graph = withBatchSize(digitNetwork({ separable: true }), batchSize);
const weights = initialWeights(graph, 1);
const random = createRandom(2);
const images = randomTensor([batchSize, 28, 28, 1], random).data;
const labels = Int32Array.from({ length: batchSize }, () => random.integer(10));

const session = await compileTraining({ graph, weights }, { allowProcessFlags: true });
const [logits] = [...session.outputs.values()];
const [gradient] = [...session.outputGradients.values()];
const [input] = [...session.inputs.values()];
if (logits === undefined || gradient === undefined || input === undefined)
  throw new Error('no digit network');
const optimizer = createOptimizer(graph, session.parameters, session.gradients, {
  kind: 'sgd',
  momentum: 0.9,
  nesterov: true,
  weightDecay: 0,
});
const forwardAndBack = (): number => {
  input.data.set(images);
  session.forward();
  const { loss } = softmaxCrossEntropy(logits.data, labels, 0, gradient.data);
  session.backward();
  return loss;
};
const ownStep = (): void => {
  forwardAndBack();
  optimizer.step(learningRate);
};

const tfjs = await prepareTfjsTraining(graph, weights, learningRate);
const own = forwardAndBack();
const theirs = tfjs.gradients(images, labels);
// Both sum in float32, in different orders, through nine normalizations.
const allowed = 5e-3;
const differences = [...session.gradients].map(([name, { data }]) => ({
  name,
  difference: relativeDifference(data, theirs.gradients.get(name) ?? []),
}));
const worst = differences.reduce((a, b) => (a.difference > b.difference ? a : b));
if (!(worst.difference < allowed && Math.abs(own - theirs.loss) < allowed)) {
  console.error(`the steps disagree: losses ${own} and ${theirs.loss}, ${worst.name} by ${worst.difference}`);
  process.exit(1);
}

for (let i = 0; i < warmUps; i++) {
  tfjs.step(images, labels);
  for (let j = 0; j < 4 * stepsPerRound; j++) ownStep();
}
const ownTimes: number[] = [];
const tfjsTimes: number[] = [];
for (let round = 0; round < rounds; round++) {
  tfjsTimes.push(timeOf(1, () => tfjs.step(images, labels)));
  ownTimes.push(timeOf(stepsPerRound, ownStep));
}
const result: TrainStepReport = {
  bench: 'train',
  quick: options.quick,
  circumstances: note(),
  network: graph.name,
  batchSize,
  engine: session.engine.name,
  sepconvMs: median(ownTimes),
  tfjsMs: median(tfjsTimes),
  ratio: median(tfjsTimes) / median(ownTimes),
  rounds,
  gradientDifference: { parameter: worst.name, relative: worst.difference },
};
console.log(options.json ? JSON.stringify(result, null, 2) : formatTrainStep(result));
if (result.ratio < Number(options['at-least'])) {
  console.error(
    `the step is ${result.ratio.toFixed(1)} times faster, less than the ${options['at-least']} asked for`,
  );
  process.exitCode = 1;
}
