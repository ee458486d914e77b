import { validateNetwork } from '@sepconv/graph';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { counting, oneOperator } from '../../test/run-tflite.js';
import { hasShared, readShared, sharedTitle } from '../../test/shared-files.js';
import { tfliteFile } from '../../test/tflite-file.js';
import { FormatError, readTflite } from '../tflite.js';

/** Mutants of each file; SEPCONV_FUZZ_RUNS asks for more. */
const runs = Number(process.env.SEPCONV_FUZZ_RUNS ?? 150);

/** One change to a file: cut it off, flip bits, put a number where one stands, or move that number a little. */
type Mutation =
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'flip'; readonly at: number; readonly mask: number }
  | { readonly kind: 'number'; readonly at: number; readonly value: number }
  | { readonly kind: 'nudge'; readonly at: number; readonly value: number };

const temptingNumbers = [0, 1, -1, 127, 128, 255, 256, 32767, 65535, 2 ** 24, 2 ** 31 - 1, -(2 ** 31)];

/** Positions gather at both ends, where the tables are: in between lie the weights, which may be any bytes. */
function mutationsOf(bytes: Uint8Array): fc.Arbitrary<Mutation[]> {
  const last = bytes.length - 4;
  const at = fc.oneof(
    fc.nat(Math.min(last, 4096)),
    fc.nat(Math.min(last, 40_000)).map((distance) => last - distance),
    fc.nat(last),
  );
  const aligned = at.map((position) => position - (position % 4));
  const mask = fc.integer({ min: 0, max: 7 }).map((bit) => 1 << bit);
  const value = fc.oneof(fc.constantFrom(...temptingNumbers), fc.integer());
  const mutation = fc.oneof(
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at }) },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('flip' as const), at, mask }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('number' as const), at: aligned, value }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('nudge' as const),
        at: aligned,
        value: fc.integer({ min: -8, max: 8 }),
      }),
    },
  );
  return fc.array(mutation, { minLength: 1, maxLength: 3 });
}

function mutate(original: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  let bytes = new Uint8Array(original);
  for (const mutation of mutations) {
    const { at } = mutation;
    if (at + 4 > bytes.length) continue;
    if (mutation.kind === 'cut') bytes = bytes.slice(0, at);
    else if (mutation.kind === 'flip') bytes[at] = (bytes[at] as number) ^ mutation.mask;
    else {
      const view = new DataView(bytes.buffer);
      const base = mutation.kind === 'nudge' ? view.getInt32(at, true) : 0;
      view.setInt32(at, base + mutation.value, true);
    }
  }
  return bytes;
}

/** Every mutant must end in a network that fits together, or in a FormatError; and soon. */
function fuzz(bytes: Uint8Array, times: number): void {
  const outcomes = { read: 0, refused: 0 };
  fc.assert(
    fc.property(mutationsOf(bytes), (mutations) => {
      const start = performance.now();
      try {
        validateNetwork(readTflite(mutate(bytes, mutations)).network);
        outcomes.read++;
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        expect(error.message.length).toBeLessThan(2000);
        outcomes.refused++;
      }
      // A hang, not a slow machine: the whole file is read in 0.2 s.
      expect(performance.now() - start).toBeLessThan(10_000);
    }),
    { numRuns: times, seed: 20260801 },
  );
  expect(outcomes.read).toBeGreaterThan(times / 20);
  expect(outcomes.refused).toBeGreaterThan(times / 20);
}

const convolution = tfliteFile({
  tensors: [
    { shape: [1, 5, 5, 2], type: 'uint8', scale: [0.5], zeroPoint: [7] },
    {
      shape: [1, 3, 3, 4],
      type: 'int8',
      scale: [1, 2, 3, 4],
      zeroPoint: [0, 0, 0, 0],
      axis: 3,
      data: Int8Array.from(counting(36)),
    },
    { shape: [4], type: 'int32', scale: [1], zeroPoint: [0], data: Int32Array.from(counting(4)) },
    { shape: [1, 5, 5, 4], type: 'uint8', scale: [0.5], zeroPoint: [7] },
    { shape: [2], type: 'int32', data: Int32Array.of(-1, 4) },
    { shape: [25, 4], type: 'uint8', scale: [0.5], zeroPoint: [7] },
    { shape: [25, 4], type: 'uint8', scale: [1 / 256], zeroPoint: [0] },
  ],
  operators: [
    {
      code: 4,
      options: [2, { slot: 1, int32: 1 }, { slot: 2, int32: 1 }, { slot: 3, int32: 2 }, { slot: 4, int8: 3 }],
      inputs: [0, 1, 2],
      outputs: [3],
    },
    { code: 22, options: [17], inputs: [3, 4], outputs: [5] },
    { code: 25, options: [9, { slot: 0, float32: 1 }], inputs: [5], outputs: [6] },
  ],
  inputs: [0],
  outputs: [6],
});

const padding = tfliteFile(
  oneOperator(
    { code: 34, options: [22] },
    { shape: [1, 2] },
    { shape: [2, 2], type: 'int64', data: BigInt64Array.of(0n, 1n, 1n, 2n) },
    { shape: [2, 5] },
  ),
);

describe('mutants end in a network or a FormatError', () => {
  test('of a small quantized model', () => {
    fuzz(convolution, 4 * runs);
  });

  test('of a small model with integer inputs', () => {
    fuzz(padding, 4 * runs);
  });

  test.skipIf(!hasShared('models'))(sharedTitle('of MobileNet V1', 'models'), { timeout: 120_000 }, () => {
    fuzz(readShared('models/mobilenet_v1_0.25_128_quant.tflite'), runs);
  });
});

describe('cut files', () => {
  test('end in a FormatError at every length', () => {
    for (let length = 0; length < convolution.length; length++) {
      expect(() => readTflite(convolution.slice(0, length))).toThrow(FormatError);
    }
  });
});
