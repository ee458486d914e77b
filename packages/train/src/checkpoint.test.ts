import { writeSafetensors } from '@sepconv/formats/safetensors';
import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint, resultOf } from './checkpoint.js';
import type { Checkpoint } from './checkpoint-state.js';
import { crc32c } from './crc32c.js';
import { digitNetwork } from './digit-network.js';
import { TrainError } from './errors.js';
import { initialWeights } from './initial-weights.js';
import { completeSettings } from './settings.js';

const graph = digitNetwork({ widths: [4, 4] });
const weights = initialWeights(graph, 1);
const twice = new Map([...weights].map(([name, { data }]) => [name, data.map((x) => 2 * x) as Float32Array]));
const checkpoint: Checkpoint = {
  graph,
  settings: completeSettings({
    epochs: 7,
    batchSize: 3,
    patience: 4,
    learningRate: { base: 0.3 },
    trainable: ['logits/bias'],
  }),
  engine: 'simd128',
  data: {
    count: 12,
    shape: [28, 28, 1],
    classes: Array.from('abcdefghij'),
    normalization: { mean: 1, standardDeviation: 2 },
    digest: '0badcafe',
  },
  position: { epoch: 1, step: 3, updates: 7, lossSum: 0.1 + 0.2, correct: 8 },
  history: [
    {
      epoch: 1,
      steps: 4,
      learningRate: 0.3,
      loss: 1 / 3,
      accuracy: 0.5,
      validationLoss: 0.2,
      validationAccuracy: 0.75,
    },
  ],
  weights,
  optimizer: new Map([['velocity/logits/bias', Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)]]),
};

describe('a checkpoint', () => {
  test('comes back as it was, every bit', () => {
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint))).toEqual(checkpoint);
  });

  test('keeps an average and the best weights', () => {
    const best = { epoch: 1, accuracy: 0.75, loss: 0.2, weights: twice };
    const averaged = { ...checkpoint.settings, averageDecay: 0.9 };
    const full: Checkpoint = { ...checkpoint, settings: averaged, teacher: 'c0ffee00', average: twice, best };
    expect(decodeCheckpoint(encodeCheckpoint(full))).toEqual(full);
  });

  test('has the best weights to show, else the average, else the last', () => {
    const first = (shown: Checkpoint): number => resultOf(shown).get('stem/weight')!.data[0]!;
    const last = weights.get('stem/weight')!.data[0]!;
    expect(first(checkpoint)).toBe(last);
    expect(first({ ...checkpoint, average: twice })).toBe(2 * last);
    const best = {
      epoch: 1,
      accuracy: 1,
      loss: 0,
      weights: new Map([...twice].map(([n, d]) => [n, d.map((x) => 2 * x)])),
    };
    expect(first({ ...checkpoint, average: twice, best })).toBe(4 * last);
  });
});

describe('what is no checkpoint is refused', () => {
  const bytes = encodeCheckpoint(checkpoint);

  test('one that is cut off, at any place', () => {
    for (let length = 0; length < bytes.length; length += Math.ceil(bytes.length / 50)) {
      expect(() => decodeCheckpoint(bytes.subarray(0, length))).toThrow('this checkpoint cannot be used');
    }
  });

  test('a safetensors file of something else', () => {
    const other = writeSafetensors(new Map([['x', float32Tensor([1], [1])]]));
    expect(() => decodeCheckpoint(other)).toThrow('not one that a training has written');
  });

  test('any byte that is another one, or missing, or too many', () => {
    const damaged = bytes.slice();
    for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 3000)) {
      damaged[at]! ^= 1 << (at % 8);
      expect(() => decodeCheckpoint(damaged)).toThrow(TrainError);
      damaged[at] = bytes[at]!;
    }
    expect(decodeCheckpoint(damaged)).toEqual(checkpoint);
    expect(() => decodeCheckpoint(Uint8Array.from([...bytes, 0]))).toThrow('it is damaged');
  });

  test('one without a checksum', () => {
    const old = writeSafetensors(
      new Map(),
      new Map([
        ['format', 'sepconv-checkpoint-1'],
        ['training', '{}'],
      ]),
    );
    expect(() => decodeCheckpoint(old)).toThrow('before checkpoints had a checksum: start the training anew');
  });

  test('the checksum is CRC-32C', () => {
    expect(crc32c([new TextEncoder().encode('1234'), new TextEncoder().encode('56789')])).toBe(0xe3069283);
  });

  // biome-ignore lint/suspicious/noExplicitAny: damage is what types forbid.
  type Damaged = any;
  const changed = (change: (copy: Damaged) => void): Uint8Array => {
    const copy = structuredClone(checkpoint) as Damaged;
    change(copy);
    return encodeCheckpoint(copy as Checkpoint);
  };

  test.each<[why: string, change: (copy: Damaged) => void]>([
    ['graph must be an object, not left out', (copy) => delete copy.graph],
    ['settings must be an object, not left out', (copy) => delete copy.settings],
    ['position must be an object, not a list of 0', (copy) => (copy.position = [])],
    [
      'optimizer.kind must be "sgd" or "rmsprop" or "adamw", not "adam"',
      (copy) => (copy.settings.optimizer.kind = 'adam'),
    ],
    ['learningRate.schedule must be "constant"', (copy) => (copy.settings.learningRate.schedule = 'up')],
    [
      'position.step must be from 0 to the 4 steps of this epoch, not 1000000000',
      (copy) => (copy.position.step = 1e9),
    ],
    ['position.updates must be 7, which is all steps so far, not 8', (copy) => (copy.position.updates = 8)],
    ['the length of history must be 1', (copy) => (copy.history = [])],
    ['history[0].loss must be a finite number, not null', (copy) => (copy.history[0].loss = NaN)],
    ['"nobody" cannot be trained', (copy) => (copy.settings.trainable = ['nobody'])],
    ['trainable must be a list of at least 1, not 7', (copy) => (copy.settings.trainable = 7)],
    ['data.classes[0] must be a text, not 1', (copy) => (copy.data.classes[0] = 1)],
    [
      'data.normalization.standardDeviation must be a finite number other than 0',
      (copy) => (copy.data.normalization.standardDeviation = 0),
    ],
    ['graph.nodes[0].op must be a text, not an object', (copy) => (copy.graph.nodes[0].op = {})],
    [
      'the optimizer has 1 numbers for',
      (copy) => copy.optimizer.set('velocity/logits/bias', new Float32Array(1)),
    ],
    [
      'the optimizer has "mean/logits/bias"',
      (copy) => copy.optimizer.set('mean/logits/bias', new Float32Array(10)),
    ],
    ['the average has "x"', (copy) => (copy.average = new Map([['x', new Float32Array(1)]]))],
    ['the average has "stem/weight", which a training with these', (copy) => (copy.average = twice)],
    ['the average has nothing for "stem/weight"', (copy) => (copy.settings.averageDecay = 0.9)],
    ['the optimizer has nothing for "velocity/logits/bias"', (copy) => copy.optimizer.clear()],
    [
      'the optimizer has "velocity/stem/weight"',
      (copy) => copy.optimizer.set('velocity/stem/weight', new Float32Array(36)),
    ],
    [
      'the optimizer has NaN in "velocity/logits/bias"',
      (copy) => copy.optimizer.get('velocity/logits/bias').fill(NaN, 3),
    ],
    ['the network has "x"', (copy) => copy.weights.set('x', float32Tensor([1], [1]))],
    [
      'the network has Infinity in "logits/bias"',
      (copy) => copy.weights.get('logits/bias').data.fill(Infinity),
    ],
    [
      'the optimizer has -1 in "mean-square/logits/bias"',
      (copy) => {
        copy.settings.optimizer = { kind: 'rmsprop' };
        copy.optimizer.set('mean-square/logits/bias', new Float32Array(10).fill(-1));
      },
    ],
  ])('%s', (why, change) => {
    expect(() => decodeCheckpoint(changed(change))).toThrow(why);
  });
});
