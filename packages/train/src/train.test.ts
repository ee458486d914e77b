import { dense, GraphBuilder } from '@sepconv/graph';
import { float32Tensor } from '@sepconv/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';
import type { Checkpoint } from './checkpoint-state.js';
import type { Dataset } from './data/dataset.js';
import { digitNetwork } from './digit-network.js';
import { evaluate } from './evaluate.js';
import type { TrainSettings } from './settings.js';
import { loadDigits, thin } from './testing/digits.js';
import { continueTraining, startTraining } from './train.js';
import { DivergedError } from './trainer.js';
import type { TrainHooks } from './training-run.js';

const graph = digitNetwork({ widths: [8, 12, 16] });
const settings: TrainSettings = {
  epochs: 3,
  seed: 5,
  averageDecay: 0.9,
  clipNorm: 5,
  labelSmoothing: 0.1,
  augmentation: { shift: 1, rotate: 5 },
  learningRate: { base: 0.1, warmUp: 0.5 },
};
let training: Dataset;
let validation: Dataset;

beforeAll(() => {
  const digits = loadDigits();
  training = thin(digits.training, 20);
  validation = thin(digits.test, 10);
});

const begin = (more: TrainSettings = {}): Checkpoint =>
  startTraining({ graph }, { training, validation }, { ...settings, ...more });
const run = (start: Checkpoint, hooks: TrainHooks = {}) =>
  continueTraining(start, { training, validation }, { engine: 'simd128', ...hooks });

/** Runs until `steps` steps are done, then stops as Ctrl-C does, and gives what was saved. */
async function interrupted(start: Checkpoint, steps: number, hooks: TrainHooks = {}): Promise<Uint8Array> {
  const controller = new AbortController();
  let saved: Checkpoint | undefined;
  let done = 0;
  const result = await run(start, {
    ...hooks,
    signal: controller.signal,
    onStep: () => {
      done++;
      if (done === steps) controller.abort();
    },
    onCheckpoint: (checkpoint) => {
      saved = checkpoint;
    },
  });
  expect(result.status).toBe('interrupted');
  return encodeCheckpoint(saved!);
}

describe('training', () => {
  test('learns, and says how well', async () => {
    const epochs: number[] = [];
    const start = begin({ epochs: 12, batchSize: 16, averageDecay: 0, labelSmoothing: 0 });
    const result = await run(start, { onEpoch: ({ epoch }) => void epochs.push(epoch) });
    expect(result.status).toBe('finished');
    expect(epochs).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    const { history } = result.checkpoint;
    expect(history.at(-1)!.loss).toBeLessThan(history[0]!.loss);
    const { accuracy } = await evaluate(result.network, validation);
    expect(accuracy).toBe(history.at(-1)!.validationAccuracy);
    // Chance is 0.1; 400 images and 300 steps are enough to be far above it.
    expect(accuracy).toBeGreaterThan(0.4);
  });

  test('gives the same bits for the same seed, and others for another', async () => {
    const bytes = async (seed: number) =>
      encodeCheckpoint((await run(begin({ seed, epochs: 1 }))).checkpoint);
    expect(await bytes(1)).toEqual(await bytes(1));
    expect(await bytes(1)).not.toEqual(await bytes(2));
  });

  test.each([1, 11, 12, 17])('goes on bit for bit when it was interrupted after step %d', async (steps) => {
    const whole = encodeCheckpoint((await run(begin())).checkpoint);
    const saved = await interrupted(begin(), steps);
    const resumed = await run(decodeCheckpoint(saved));
    expect(resumed.status).toBe('finished');
    expect(encodeCheckpoint(resumed.checkpoint)).toEqual(whole);
  });

  test('ends early with the best weights when validation does not get better', async () => {
    // A rate of almost nothing: no epoch can be better than the first by much.
    const start = begin({ epochs: 30, patience: 2, learningRate: { base: 1e-9 }, averageDecay: 0 });
    const result = await run(start);
    expect(result.status).toBe('stopped-early');
    expect(result.checkpoint.history.length).toBeLessThan(30);
    const { accuracy } = await evaluate(result.network, validation);
    expect(accuracy).toBe(result.checkpoint.best!.accuracy);
  });

  test('follows a teacher', async () => {
    const teacher = (await run(begin({ epochs: 4 }))).network;
    const start = begin({ epochs: 1, distillation: { temperature: 2, weight: 1 }, labelSmoothing: 0 });
    const agreement = async (weights: Checkpoint['weights']): Promise<number> => {
      const own = await evaluate({ graph, weights }, validation);
      const wanted = await evaluate(teacher, validation);
      return own.choices.filter((choice, i) => choice === wanted.choices[i]).length;
    };
    const before = await agreement(start.weights);
    const { network } = await run(start, { teacher });
    expect(await agreement(network.weights)).toBeGreaterThan(before);
  });

  test('goes on with its teacher bit for bit, and with nobody else', async () => {
    const teacher = { graph, weights: begin({ seed: 8 }).weights };
    const start = begin({ epochs: 1, distillation: { temperature: 2, weight: 1 } });
    const whole = encodeCheckpoint((await run(start, { teacher })).checkpoint);
    const saved = decodeCheckpoint(await interrupted(start, 5, { teacher }));
    expect(encodeCheckpoint((await run(saved, { teacher })).checkpoint)).toEqual(whole);
    await expect(run(saved)).rejects.toThrow('made with a teacher: give the same network again');
    const other = { graph, weights: start.weights };
    await expect(run(saved, { teacher: other })).rejects.toThrow('made with another teacher');
    const alone = decodeCheckpoint(await interrupted(start, 5));
    await expect(run(alone, { teacher })).rejects.toThrow('made without a teacher: leave it out');
  });
});

describe('what cannot go well is said', () => {
  test('a loss that explodes: where, and at which rate', async () => {
    const saved: Checkpoint[] = [];
    const start = begin({ learningRate: { base: 1e12, schedule: 'constant' }, clipNorm: 1e30 });
    await expect(run(start, { onCheckpoint: (checkpoint) => void saved.push(checkpoint) })).rejects.toThrow(
      /^the (loss|gradient) became \S+ in epoch 1, step \d+, at the learning rate 1.00e\+12: lower the rate/,
    );
    expect(saved).toEqual([]);
  });

  test('data of another shape or number of classes', () => {
    const wide: Dataset = { ...training, shape: [14, 56, 1] };
    expect(() => startTraining({ graph }, { training: wide })).toThrow(
      'takes images of 28×28×1, but those of the data set are 14×56×1',
    );
    const twelve = digitNetwork({ classes: 12 });
    expect(() => startTraining({ graph: twelve }, { training })).toThrow(
      'has 12 classes, but the data set has 10',
    );
  });

  test('fewer images than a batch', () => {
    expect(() => begin({ batchSize: 1000 })).toThrow(
      /a batch of 1000 images needs as many, but the training set has \d+/,
    );
  });

  test('patience without a validation set', () => {
    expect(() => startTraining({ graph }, { training }, { patience: 1 })).toThrow(
      'patience needs a validation set',
    );
  });

  test('a checkpoint of other data', async () => {
    const fewer = thin(training, 2);
    await expect(continueTraining(begin(), { training: fewer })).rejects.toThrow(
      'the checkpoint was made with other data: the images were',
    );
    const pixels = training.pixels.slice();
    pixels[12345]! ^= 1;
    await expect(continueTraining(begin(), { training: { ...training, pixels } })).rejects.toThrow(
      'their contents have changed since',
    );
  });

  test('settings out of range', () => {
    expect(() => begin({ epochs: 0 })).toThrow('epochs must be an integer of at least 1, not 0');
    expect(() => begin({ clipNorm: Infinity })).toThrow(
      'clipNorm must be a finite number above 0, not Infinity',
    );
    expect(() => begin({ labelSmoothing: 1 })).toThrow('labelSmoothing must be from 0 to below 1, not 1');
  });

  test('a network that is no classifier', () => {
    const builder = new GraphBuilder('rows');
    const rows = builder.build([dense(builder, builder.input('rows', [1, 784]), { filters: 10 })]);
    // JSON, in which a checkpoint keeps the graph, has no word for it.
    const nodes = graph.nodes.map((node) =>
      node.op === 'relu6' ? { ...node, op: 'clamp' as const, attributes: { min: 0, max: Infinity } } : node,
    );
    expect(() => startTraining({ graph: { ...graph, nodes } }, { training })).toThrow(
      'max must be a finite number, not Infinity',
    );
    expect(() => startTraining({ graph: rows }, { training })).toThrow('takes 1×784 instead of an image');
  });
});

describe('a training that left the range of numbers', () => {
  test('in its last step saves nothing', async () => {
    const { length } = training.labels;
    const learningRate = { base: 1e300, schedule: 'constant', warmUp: 0 } as const;
    const data = { training };
    const start = startTraining({ graph }, data, { epochs: 1, batchSize: length, learningRate });
    const saved: Checkpoint[] = [];
    const onCheckpoint = (checkpoint: Checkpoint) => void saved.push(checkpoint);
    const run = continueTraining(start, data, { engine: 'simd128', onCheckpoint });
    await expect(run).rejects.toThrow(/^after 0 epochs and 1 steps the network has -?Infinity in "/);
    await expect(run).rejects.toBeInstanceOf(DivergedError);
    expect(saved).toEqual([]);
  });

  test('starts from its own weights only', () => {
    const weights = new Map([...begin().weights, ['spare', float32Tensor([1], [Number.NaN])]]);
    const start = startTraining({ graph, weights }, { training });
    expect(decodeCheckpoint(encodeCheckpoint(start))).toEqual(start);
    expect([...start.weights.keys()]).toEqual(graph.parameters.map(({ name }) => name));
  });
});
