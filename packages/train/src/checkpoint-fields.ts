/** @file What the JSON of a checkpoint must look like, and that its parts tell the same. Pure: a value in, an error or nothing. */
import { GraphError, validateNetwork, type Weights } from '@sepconv/graph';
import { engines } from '@sepconv/kernels/toolkit';
import { SepconvError } from '@sepconv/tensor';
import type { Checkpoint } from './checkpoint-state.js';
import { asClassifier, checkFit } from './classifier.js';
import { TrainError } from './errors.js';
import {
  type Check,
  count,
  integer,
  isObject,
  list,
  natural,
  normalizationFields,
  notNegative,
  number,
  object,
  oneOf,
  refuseField,
  share,
  text,
  textLike,
} from './fields.js';
import { completeSettings } from './settings.js';
import { trainableNames } from './training-session.js';

/** Levels of lists and objects in a node's attributes; ops have two. */
const deepestAttribute = 4;

function attribute(value: unknown, path: string, depth = 0): void {
  const inside = Array.isArray(value) ? value.entries() : isObject(value) ? Object.entries(value) : undefined;
  if (inside !== undefined) {
    if (depth === deepestAttribute) refuseField(path, `nested at most ${deepestAttribute} deep`, value);
    for (const [key, one] of inside) attribute(one, `${path}.${String(key).slice(0, 40)}`, depth + 1);
  } else if (typeof value !== 'string' && typeof value !== 'boolean') number()(value, path);
}

const attributes: Check = (value, path) => {
  if (!isObject(value)) refuseField(path, 'an object', value);
  attribute(value, path);
};

const shape = list(count, 0, 8);
// Quantized values are in no network that can be trained.
const value = { name: text, shape, dtype: oneOf('float32') };
const graphFields = object({
  name: text,
  inputs: list(object(value), 1, 1),
  parameters: list(
    object({ ...value, role: oneOf('weight', 'bias', 'scale', 'shift', 'mean', 'variance', 'constant') }),
  ),
  nodes: list(object({ name: text, op: text, inputs: list(text), outputs: list(text), attributes })),
  outputs: list(text, 1, 1),
});

const digest = textLike(/^[0-9a-f]{8}$/, 'eight hexadecimal digits');

const dataFields = object({
  count,
  shape: list(count, 3, 3),
  classes: list(text, 2),
  normalization: normalizationFields,
  digest,
});

const rowFields = object(
  { epoch: count, steps: count, learningRate: notNegative, loss: number(), accuracy: share },
  { validationLoss: number(), validationAccuracy: share },
);

const fields = object(
  {
    graph: graphFields,
    settings: (settings, path) => {
      if (!isObject(settings)) refuseField(path, 'an object', settings);
      // Nothing may be left to a default here: another version could have another.
      const given = completeSettings(settings);
      for (const name of Object.keys(given)) {
        if (!Object.hasOwn(settings, name)) throw new TrainError(`${path}.${name} is left out`);
      }
    },
    data: dataFields,
    position: object({
      epoch: natural,
      step: natural,
      updates: natural,
      lossSum: number(),
      correct: natural,
    }),
    history: list(rowFields),
  },
  {
    engine: oneOf(...Object.keys(engines)),
    teacher: digest,
    best: object({ epoch: count, accuracy: share, loss: number() }),
  },
);

/**
 * That a checkpoint of a caller without types has the parts of one.
 *
 * @throws {SepconvError} naming the part that is something else.
 */
export function expectCheckpoint(checkpoint: Checkpoint): void {
  if (!isObject(checkpoint)) refuseField('the checkpoint', 'an object', checkpoint);
  for (const name of ['settings', 'data', 'position'] as const)
    if (!isObject(checkpoint[name])) refuseField(`the checkpoint's ${name}`, 'an object', checkpoint[name]);
  for (const name of ['weights', 'optimizer'] as const)
    if (!(checkpoint[name] instanceof Map))
      refuseField(`the checkpoint's ${name}`, 'a map', checkpoint[name]);
  for (const name of ['average', 'ranges'] as const) {
    const arrays: unknown = checkpoint[name];
    if (arrays !== undefined && !(arrays instanceof Map))
      refuseField(`the checkpoint's ${name}`, 'a map', arrays);
  }
  if (!Array.isArray(checkpoint.history))
    refuseField("the checkpoint's history", 'a list', checkpoint.history);
  const best: unknown = checkpoint.best;
  if (best !== undefined && !(isObject(best) && best['weights'] instanceof Map))
    refuseField("the checkpoint's best", 'an object with weights', best);
}

/** What the metadata of a checkpoint say. */
export type Training = Omit<Checkpoint, 'weights' | 'optimizer' | 'average' | 'ranges' | 'best'> & {
  readonly best?: Omit<NonNullable<Checkpoint['best']>, 'weights' | 'ranges'>;
};

/** That position and history are what so many images and epochs come to. */
function checkProgress({ settings, data, position, history, best }: Training): void {
  const { epochs, batchSize } = settings;
  const stepsPerEpoch = Math.floor(data.count / batchSize);
  if (stepsPerEpoch < 1)
    refuseField('data.count', `at least the ${batchSize} of settings.batchSize`, data.count);
  const { epoch, step, updates, correct, lossSum } = position;
  const exactly = (path: string, wanted: number, found: number, why: string): void => {
    if (found !== wanted) refuseField(path, `${wanted}, which is ${why}`, found);
  };
  integer(`from 0 to the ${epochs} of settings.epochs`, 0, epochs)(epoch, 'position.epoch');
  const mostSteps = epoch === epochs ? 0 : stepsPerEpoch;
  integer(`from 0 to the ${mostSteps} steps of this epoch`, 0, mostSteps)(step, 'position.step');
  exactly('position.updates', epoch * stepsPerEpoch + step, updates, 'all steps so far');
  const seen = step * batchSize;
  integer(`from 0 to the ${seen} images of this epoch so far`, 0, seen)(correct, 'position.correct');
  if (step === 0) exactly('position.lossSum', 0, lossSum, 'the sum at the beginning of an epoch');
  exactly('the length of history', epoch, history.length, 'position.epoch');
  history.forEach((row, i) => {
    exactly(`history[${i}].epoch`, i + 1, row.epoch, 'its place');
    exactly(`history[${i}].steps`, (i + 1) * stepsPerEpoch, row.steps, 'all steps to its end');
  });
  if (best === undefined) return;
  if (settings.patience === undefined)
    throw new TrainError('best is there, but settings.patience is left out');
  integer(`from 1 to the ${epoch} of position.epoch`, 1, epoch)(best.epoch, 'best.epoch');
  const { validationAccuracy, validationLoss } = history[best.epoch - 1]!;
  if (validationAccuracy !== best.accuracy || validationLoss !== best.loss) {
    refuseField(
      'best.accuracy',
      `what history[${best.epoch - 1}] says of that epoch, as its loss`,
      best.accuracy,
    );
  }
}

/**
 * Checks the JSON of a checkpoint.
 *
 * @throws {TrainError} naming the field, what it is and what it may be.
 */
export function checkTraining(json: unknown): Training {
  fields(json, '');
  const training = json as Training;
  checkProgress(training);
  return training;
}

/**
 * Checks a graph that was data: its nodes, its weights, that it is a classifier of such images, and the names to be trained.
 *
 * @throws {SepconvError} naming what does not fit.
 */
export function checkNetwork({ graph, settings, data }: Training, weights: Weights): void {
  try {
    validateNetwork({ graph, weights });
    checkFit(asClassifier(graph), data);
  } catch (error) {
    if (error instanceof SepconvError) throw error;
    // Contracts are typed: attributes of another type fail in them as they may.
    throw new GraphError(`the graph has a node with attributes that its op cannot have`, { cause: error });
  }
  trainableNames(graph, settings.trainable);
}
