import { expectGraph, expectNetwork, type Graph, type Network, type Weights } from '@sepconv/graph';
import { EngineError } from '@sepconv/kernels';
import { formatShape } from '@sepconv/tensor';
import { resultOf } from './checkpoint.js';
import { expectCheckpoint } from './checkpoint-fields.js';
import type { Checkpoint, DataSummary, Position } from './checkpoint-state.js';
import { asClassifier, checkFit } from './classifier.js';
import { checkDataset, type Dataset } from './data/dataset.js';
import { digestOfData, digestOfNetwork } from './digest.js';
import { TrainError } from './errors.js';
import { initialWeights } from './initial-weights.js';
import { expectOptions } from './place.js';
import { completeSettings, type TrainSettings } from './settings.js';
import { createTrainer, type Trainer } from './trainer.js';
import { type TrainHooks, type TrainingData, TrainingRun } from './training-run.js';
import { trainableNames } from './training-session.js';

/** How a training ended. */
export interface TrainResult {
  readonly status: 'finished' | 'stopped-early' | 'interrupted';
  /** The network as it was given, with the weights that the training has to show: see `resultOf`. */
  readonly network: Network;
  readonly checkpoint: Checkpoint;
}

const summaryOf = (dataset: Dataset): DataSummary => ({
  count: dataset.labels.length,
  shape: dataset.shape,
  classes: dataset.classes,
  normalization: dataset.normalization,
  digest: digestOfData(dataset),
});

function expectData(data: TrainingData): void {
  if (typeof data === 'object' && data !== null) return;
  throw new TrainError(`the data must be { training, validation }, but are ${String(data)}`);
}

const startPosition: Position = { epoch: 0, step: 0, updates: 0, lossSum: 0, correct: 0 };

/**
 * A training that has not begun.
 *
 * @param network its weights are where training starts; without any, they are drawn from the seed.
 * @throws {TrainError} when network, data and settings do not fit together.
 */
export function startTraining(
  network: { readonly graph: Graph; readonly weights?: Network['weights'] },
  data: TrainingData,
  settings: TrainSettings = {},
): Checkpoint {
  expectGraph(network?.graph);
  if (network.weights !== undefined) expectNetwork(network);
  expectData(data);
  const { training, validation } = data;
  const full = completeSettings(settings);
  const classifier = asClassifier(network.graph);
  checkDataset(training, 'the training set');
  checkFit(classifier, training);
  if (validation !== undefined) {
    checkDataset(validation, 'the validation set');
    checkFit(classifier, validation);
  }
  trainableNames(network.graph, full.trainable);
  if (full.patience !== undefined && validation === undefined) {
    throw new TrainError('patience needs a validation set: without one there is nothing to wait for');
  }
  if (training.labels.length < full.batchSize) {
    throw new TrainError(
      `a batch of ${full.batchSize} images needs as many, but the training set has ${training.labels.length}`,
    );
  }
  return {
    graph: network.graph,
    settings: full,
    data: summaryOf(training),
    position: startPosition,
    history: [],
    weights: ownWeights(network.graph, network.weights ?? initialWeights(network.graph, full.seed)),
    optimizer: new Map(),
  };
}

/** The weights that the graph names, of all that there are. */
const ownWeights = ({ parameters }: Graph, weights: Weights): Weights => {
  const names = new Set(parameters.map(({ name }) => name));
  return new Map([...weights].filter(([name]) => names.has(name)));
};

/** @throws {TrainError} when the checkpoint was made with other data. */
function checkSameData({ data }: Checkpoint, { training }: TrainingData): void {
  const now = summaryOf(training);
  const differs = (what: string, before: unknown, present: unknown): void => {
    if (before === present) return;
    throw new TrainError(
      `the checkpoint was made with other data: ${what} were ${before}, now they are ${present}`,
    );
  };
  differs('the images', data.count, now.count);
  differs('the shapes', formatShape(data.shape), formatShape(now.shape));
  differs('the classes', data.classes.join(', '), now.classes.join(', '));
  const words = ({ mean, standardDeviation }: DataSummary['normalization']): string =>
    `mean ${mean} and deviation ${standardDeviation}`;
  differs('the normalizations', words(data.normalization), words(now.normalization));
  if (data.digest !== now.digest) {
    throw new TrainError(
      'the checkpoint was made with other data: as many images of the same classes, but their contents have changed since',
    );
  }
}

/** @throws {TrainError} when a training that has begun would go on with another teacher, or without its own. */
function checkSameTeacher({ teacher, position }: Checkpoint, present: string | undefined): void {
  if (position.updates === 0 || teacher === present) return;
  const rest =
    teacher === undefined
      ? 'without a teacher: leave it out'
      : present === undefined
        ? 'with a teacher: give the same network again'
        : 'with another teacher: give the same network again';
  throw new TrainError(`the checkpoint was made ${rest}, or start anew`);
}

/** A trainer on the engine that was asked for, else on the checkpoint's own. */
async function trainerFor(start: Checkpoint, hooks: TrainHooks): Promise<Trainer> {
  const asked = hooks.engine === 'auto' ? undefined : hooks.engine;
  try {
    return await createTrainer(start, start.settings, { ...hooks, engine: asked ?? start.engine ?? 'auto' });
  } catch (error) {
    if (!(error instanceof EngineError) || asked !== undefined || start.engine === undefined) throw error;
    throw new TrainError(
      `the checkpoint was made with the engine ${start.engine}, which cannot run here: ask for another one by name, and the result will differ in its last bits`,
      { cause: error },
    );
  }
}

/**
 * Trains from a checkpoint to the end. Bit for bit, it does not matter how often a training was interrupted: the same
 * checkpoint, data and engine give the same weights.
 *
 * @throws {TrainError} when data or teacher are not what the checkpoint was made with.
 * @throws {DivergedError} when the loss leaves the range of numbers; earlier checkpoints are not touched.
 *
 * @example
 * const start = startTraining({ graph }, { training, validation }, { epochs: 5, seed: 1 });
 * const { network, checkpoint } = await continueTraining(start, { training, validation });
 */
export async function continueTraining(
  start: Checkpoint,
  data: TrainingData,
  hooks: TrainHooks = {},
): Promise<TrainResult> {
  expectCheckpoint(start);
  expectGraph(start.graph);
  completeSettings(start.settings);
  expectData(data);
  expectOptions(hooks);
  checkDataset(data.training, 'the training set');
  checkSameData(start, data);
  const teacher = hooks.teacher && digestOfNetwork(hooks.teacher);
  checkSameTeacher(start, teacher);
  const trainer = await trainerFor(start, hooks);
  const run = new TrainingRun({ ...start, ...(teacher && { teacher }) }, data, hooks, trainer);
  try {
    const status = await runEpochs(run, start.settings.epochs, hooks);
    const checkpoint = run.snapshot();
    return { status, checkpoint, network: { graph: start.graph, weights: resultOf(checkpoint) } };
  } finally {
    trainer.dispose();
  }
}

/** Epochs until all are done, nothing has become better for a while, or the training is interrupted. */
async function runEpochs(
  run: TrainingRun,
  epochs: number,
  hooks: TrainHooks,
): Promise<TrainResult['status']> {
  while (run.position.epoch < epochs) {
    if (run.isStopped) return 'stopped-early';
    if (!(await run.runSteps())) {
      await hooks.onCheckpoint?.(run.snapshot());
      return 'interrupted';
    }
    await run.finishEpoch();
  }
  return 'finished';
}
