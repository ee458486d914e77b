import { writeSafetensors } from '@sepconv/formats/safetensors';
import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, resultOf } from './checkpoint.js';
import { digitNetwork } from './digit-network.js';
import { initialWeights } from './initial-weights.js';
import { completeSettings } from './settings.js';

const graph = digitNetwork({ widths: [4, 4] });
const weights = initialWeights(graph, 1);
const twice = new Map([...weights].map(([name, { data }]) => [name, data.map((x) => 2 * x) as Float32Array]));
const checkpoint: Checkpoint = {
  graph,
  settings: completeSettings({ epochs: 7, learningRate: { base: 0.3 } }),
  engine: 'simd128',
  data: {
    count: 12,
    shape: [28, 28, 1],
    classes: ['a', 'b'],
    normalization: { mean: 1, standardDeviation: 2 },
    digest: '0badcafe',
  },
  position: { epoch: 2, step: 3, updates: 23, lossSum: 0.1 + 0.2, correct: 17 },
  history: [{ epoch: 1, steps: 10, learningRate: 0.3, loss: 1 / 3, accuracy: 0.5 }],
  weights,
  optimizer: new Map([['velocity/logits/bias', Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)]]),
};

describe('a checkpoint', () => {
  test('comes back as it was, every bit', () => {
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint))).toEqual(checkpoint);
  });

  test('keeps an average and the best weights', () => {
    const best = { epoch: 1, accuracy: 0.75, loss: 0.2, weights: twice };
    const full: Checkpoint = { ...checkpoint, teacher: 'c0ffee00', average: twice, best };
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

  test.each(['"graph"', '"position"', '"settings"'])('one that lacks %s', (field) => {
    const damaged = bytes.slice();
    const text = new TextDecoder('latin1').decode(damaged);
    const at = text.indexOf(field.replaceAll('"', '\\"')) + 2;
    damaged[at] = 'X'.charCodeAt(0);
    expect(() => decodeCheckpoint(damaged)).toThrow('this checkpoint cannot be used');
  });
});
