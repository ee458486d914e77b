import { compile } from '@sepconv/kernels';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../checkpoint.js';
import type { Dataset } from '../data/dataset.js';
import { digitNetwork } from '../digit-network.js';
import { continueTraining, startTraining } from '../train.js';
import { RangeTracker } from './range-tracker.js';
import { roundParameters } from './round-parameters.js';
import { asSeen, learntRanges } from './rounded-network.js';
import { roundedValues } from './rounded-values.js';

const graph = digitNetwork({ widths: [4, 6], resolution: 8, classes: 2 });

/** Stripes along one axis or the other. */
const data: Dataset = {
  shape: [8, 8, 1],
  classes: ['rows', 'columns'],
  labels: Uint16Array.from({ length: 48 }, (_, i) => i % 2),
  pixels: Uint8Array.from({ length: 48 * 64 }, (_, i) => {
    const [image, at] = [Math.floor(i / 64), i % 64];
    const along = image % 2 === 0 ? Math.floor(at / 8) : at % 8;
    return (along + image) % 4 < 2 ? 40 + image : 200;
  }),
  normalization: { mean: 128, standardDeviation: 64 },
};
const training = { training: data };
const settings = { epochs: 4, batchSize: 8, seed: 2, learningRate: { base: 0.05 } } as const;

describe('a range', () => {
  const x = Float32Array.of(-3, -1, -0.2, 0, 0.5, 1, 2.5, 4);

  test('is looked at before anything is rounded, and then rounds to its integers', () => {
    const range = new RangeTracker('moving-average');
    const output = new Float32Array(x.length);
    range.begin(true);
    range.forward(x, output);
    expect(output).toEqual(x);
    range.update(0, 0.01);
    const { scale, zeroPoint } = range.stored!;
    expect([scale, zeroPoint]).toEqual([Math.fround(7 / 255), Math.round(-128 + 3 / scale)]);
    range.begin(true);
    range.forward(x, output);
    output.forEach((value, i) => {
      const steps = value / scale;
      expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-4);
      expect(Math.abs(value - x[i]!)).toBeLessThanOrEqual(scale);
    });
  });

  test('has the slope of its loss: a learnt scale moves as central differences of the rounded sum of squares say', () => {
    // L(s) = ½ Σ (x̂ − x)², between two jumps of the rounding.
    const lossWith = (scale: number): number => {
      const range = new RangeTracker('learnt');
      range.numbers.set([scale, 0]);
      range.begin(true);
      const output = new Float32Array(x.length);
      range.forward(x, output);
      return output.reduce((sum, value, i) => sum + (value - x[i]!) ** 2 / 2, 0);
    };
    for (const scale of [0.011, 0.017, 0.0205]) {
      const range = new RangeTracker('learnt');
      range.numbers.set([scale, 0]);
      range.begin(true);
      const [output, toInput] = [new Float32Array(x.length), new Float32Array(x.length)];
      range.forward(x, output);
      range.backward(
        x,
        output,
        output.map((value, i) => value - x[i]!),
        toInput,
      );
      const before = range.numbers[0]!;
      range.update(10, 0.001);
      // LSQ takes the quotient for constant where it is rounded, so clipped numbers alone have an exact slope: they dominate here.
      const h = 1e-4 * scale;
      const slope = (lossWith(scale + h) - lossWith(scale - h)) / (2 * h);
      expect(Math.sign(before - range.numbers[0]!)).toBe(Math.sign(slope));
      // Adam's first step is as long as its rate, whatever the gradient.
      expect(Math.abs(Math.log(range.numbers[0]! / before))).toBeCloseTo(0.001, 5);
      // What is clipped gets nothing.
      toInput.forEach((value, i) => {
        if (Math.abs(x[i]!) > 128 * scale) expect(value).toBe(0);
      });
    }
  });
});

test('weights are rounded with their norm folded in, to 127 steps on each side of 0, and come back', () => {
  const weight = createTensor(
    'float32',
    [3, 3, 4, 1],
    Float32Array.from({ length: 36 }, (_, i) => Math.sin(i)),
  );
  const variance = createTensor('float32', [4], Float32Array.of(0.5, 4, 9, 100));
  const scale = createTensor('float32', [4], Float32Array.of(1, -2, 0, 0.01));
  const parameters = new Map<string, Tensor<'float32'>>([
    ['w', weight],
    ['v', variance],
    ['s', scale],
  ]);
  const norm = { scale: 's', variance: 'v', mean: '', shift: '', epsilon: 1e-3 };
  const before = weight.data.slice();
  for (const granularity of ['channel', 'tensor'] as const) {
    const fake = roundParameters([{ name: 'w', op: 'depthwise-conv2d', norm }], parameters, granularity);
    fake.round();
    const factors = Float64Array.from(scale.data, (s, c) => s / Math.sqrt(variance.data[c]! + 1e-3));
    const folded = Array.from(before, (value, i) => value * factors[i % 4]!);
    const most = (c: number): number =>
      Math.max(...folded.filter((_, i) => granularity === 'tensor' || i % 4 === c).map(Math.abs));
    weight.data.forEach((value, i) => {
      const c = i % 4;
      if (c === 2) {
        expect(value).toBe(before[i]);
        return;
      }
      const step = most(c) / 127;
      const steps = (value * factors[c]!) / step;
      expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-3);
      expect(Math.abs(value * factors[c]! - folded[i]!)).toBeLessThanOrEqual(step * 0.501);
    });
    fake.restore();
    expect(weight.data).toEqual(before);
  }
});

test.each([
  { ranges: 'learnt' },
  { ranges: 'moving-average', weights: 'tensor' },
  { ranges: 'learnt', after: 0.5, freezeNormsAfter: 0.6 },
] as const)(
  'a training with %o learns, differs from one without, and resumes to the same bits',
  async (quantize) => {
    const plain = await continueTraining(startTraining({ graph }, training, settings), training);
    const start = startTraining({ graph }, training, { ...settings, averageDecay: 0.9, quantize });
    const whole = await continueTraining(start, training);
    const last = whole.checkpoint.history.at(-1);
    expect(last?.loss).toBeLessThan(whole.checkpoint.history[0]?.loss as number);
    expect(whole.network.weights.get('stem/weight')?.data).not.toEqual(
      plain.network.weights.get('stem/weight')?.data,
    );
    for (const stopAfter of [1, 3, 9, 14, 20]) {
      let steps = 0;
      const stop = new AbortController();
      const part = await continueTraining(start, training, {
        signal: stop.signal,
        onStep: () => {
          if (++steps === stopAfter) stop.abort();
        },
      });
      expect(part.status).toBe('interrupted');
      const resumed = await continueTraining(decodeCheckpoint(encodeCheckpoint(part.checkpoint)), training);
      expect(encodeCheckpoint(resumed.checkpoint)).toEqual(encodeCheckpoint(whole.checkpoint));
    }
  },
);

test('norms that are frozen keep their statistics, and those of each batch move them', async () => {
  const statistics = async (freezeNormsAfter: number) => {
    const quantize = { freezeNormsAfter };
    const { network } = await continueTraining(
      startTraining({ graph }, training, { ...settings, quantize }),
      training,
    );
    return network.weights.get('stem-norm/mean')?.data;
  };
  expect(await statistics(0)).toEqual(new Float32Array(4));
  expect(await statistics(1)).not.toEqual(await statistics(0.5));
});

test('validation and patience go by what integers will hold, and the best ranges are kept with the best weights', async () => {
  const both = { training: data, validation: data };
  const start = startTraining({ graph }, both, { ...settings, patience: 3, quantize: true });
  const { checkpoint } = await continueTraining(start, both);
  expect(checkpoint.best?.ranges?.size).toBe(
    roundedValues({ graph, weights: checkpoint.weights }).results.size + 1,
  );
  const again = decodeCheckpoint(encodeCheckpoint(checkpoint));
  expect(learntRanges(again)).toEqual(learntRanges(checkpoint));
  const seen = asSeen(checkpoint);
  expect(seen.graph.nodes.some(({ op }) => op === 'quantize')).toBe(true);
  const session = await compile(seen);
  session.dispose();
});

test('ranges that were never learnt are not given, and settings that do not exist are named', () => {
  expect(() => learntRanges(startTraining({ graph }, training, settings))).toThrow('no ranges were learnt');
  const start = (quantize: unknown) => () =>
    startTraining({ graph }, training, { ...settings, quantize } as never);
  expect(start({ ranges: 'magic' })).toThrow(
    'quantize.ranges must be "learnt" or "moving-average", not "magic"',
  );
  expect(start({ after: 2 })).toThrow('quantize.after must be from 0 to 1, not 2');
  expect(start('yes')).toThrow('quantize must be an object, not "yes"');
  expect(start({ bits: 4 })).toThrow('quantize.bits is unknown');
});
