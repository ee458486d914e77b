import { engines } from '@sepconv/kernels/toolkit';
import { describe, expect, test } from 'vitest';
import { copyModule, copyStep, peakModule } from './ceiling-kernels.ts';
import { createCeilings } from './ceilings.ts';
import { integerPeakModule, operationsPerPass } from './integer-ceiling.ts';

async function instantiate(bytes: Uint8Array<ArrayBuffer>) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { instance } = await WebAssembly.instantiate(bytes, { environment: { memory } });
  return { numbers: new Float32Array(memory.buffer), exports: instance.exports };
}

describe('the ceilings', () => {
  test('the copy copies, from the first byte to the last and no further', async () => {
    const { numbers, exports } = await instantiate(copyModule());
    const floats = (3 * copyStep) / 4;
    for (let i = 0; i < 2 * floats; i++) numbers[i] = i + 1;
    (exports.copy as (...args: number[]) => void)(0, 32768, 3 * copyStep, 2);
    expect([...numbers.subarray(8192, 8192 + floats)]).toEqual([...numbers.subarray(0, floats)]);
    expect(numbers[8192 + floats]).toBe(0);
  });

  test('every accumulator of the arithmetic is updated as often as is counted', async () => {
    const { numbers, exports } = await instantiate(peakModule(engines.simd128, 8));
    // acc ← acc · 1 + 1 from 0 counts the updates: 5 passes of 4.
    numbers.fill(1, 0, 8);
    (exports.peak as (passes: number) => void)(5);
    expect([...numbers.subarray(8, 8 + 32)]).toEqual(Array.from({ length: 32 }, () => 20));
  });

  test('every sum of the integer tile gets as many products as are counted', async () => {
    const engine = engines.simd128;
    const { numbers, exports } = await instantiate(integerPeakModule(engine, 3, 2));
    const integers = new Int32Array(numbers.buffer);
    new Int16Array(numbers.buffer).fill(1);
    // Behind three rows of 128 pairs and a panel of 2 vectors for each of them.
    const result = 3 * 128 + 128 * 2 * 4;
    integers.fill(0, result);
    (exports.peak as (passes: number) => void)(5);
    expect([...integers.subarray(result, result + 24)]).toEqual(
      Array.from({ length: 24 }, () => 5 * 128 * 2),
    );
    expect(operationsPerPass(engine, 3, 2)).toBe(2 * 128 * 2 * 24);
    expect(integers[result + 24]).toBe(0);
  });

  test('all have a rate, and a copy may need more memory than there was', async () => {
    const ceilings = await createCeilings(engines.simd128);
    expect(ceilings.arithmetic(0.05)).toBeGreaterThan(0);
    expect(ceilings.integers(0.05)).toBeGreaterThan(0);
    expect(ceilings.copy(1000, 0.05)).toBeGreaterThan(0);
    expect(ceilings.copy(1_000_000, 0.05)).toBeGreaterThan(0);
  });
});
