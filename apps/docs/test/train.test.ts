import { inflateRawSync } from 'node:zlib';
import { costOf } from '@sepconv/cost-model';
import { digitNetwork } from '@sepconv/train';
import { describe, expect, test } from 'vitest';
import { unpackDigits } from '../src/islands/train/digit-data.js';
import { learn } from '../src/islands/train/learn.js';
import type { EpochState } from '../src/islands/train/protocol.js';
import { deflatedDigits, formFacts } from '../src/lib/train-data.js';

const deflated = deflatedDigits();
const digits = unpackDigits(new Uint8Array(inflateRawSync(deflated)));

describe('training in the page', () => {
  test('loads two hundred images of each digit, none of them empty, in a third of a megabyte', () => {
    expect(deflated.length).toBeLessThan(400_000);
    const { pixels, labels } = digits;
    expect(labels.length).toBe(2000);
    const inks = Array.from(labels, (_, i) =>
      pixels.subarray(i * 784, (i + 1) * 784).reduce((sum, byte) => sum + byte, 0),
    );
    expect(Math.min(...inks)).toBeGreaterThan(1000);
    // A one has less ink than a zero: the labels are at their images.
    const mean = (digit: number) => {
      const own = inks.filter((_, i) => labels[i] === digit);
      return own.reduce((sum, ink) => sum + ink, 0) / own.length;
    };
    expect(mean(1)).toBeLessThan(mean(0) / 2);
  });

  test.each([true, false])(
    'separable %s: filters change, and accuracy is far above guessing',
    async (isSeparable) => {
      const some = {
        ...digits,
        pixels: digits.pixels.subarray(0, 400 * 784),
        labels: digits.labels.subarray(0, 400),
      };
      const states: EpochState[] = [];
      const shares: number[] = [];
      await learn(isSeparable, some, 4, {
        onStep: (share) => shares.push(share),
        onEpoch: (state) => states.push(state),
      });
      expect(states.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4]);
      expect(states.at(-1)!.accuracy).toBeGreaterThan(0.4);
      expect(states.at(-1)!.loss).toBeLessThan(states[1]!.loss!);
      for (const what of ['first', 'block'] as const) {
        expect(states[0]![what].map((filter) => filter.length)).toEqual(Array(16).fill(9));
        expect(states[4]![what]).not.toEqual(states[0]![what]);
      }
      expect(Math.max(...shares)).toBe(1);
    },
  );

  test('says what the cost model counts', () => {
    const { standard, separable } = formFacts();
    expect(standard.macs).toBe(costOf(digitNetwork({ separable: false })).totals.macs);
    expect(separable.params).toBe(costOf(digitNetwork()).totals.params.trainable);
    expect(standard.macs / separable.macs).toBeGreaterThan(4);
  });
});
