import { describe, expect, test } from 'vitest';
import { CostError } from '../errors.js';
import { fitLatency, type KernelWork, predictLatency } from './latency.js';
import { nonNegativeLeastSquares } from './least-squares.js';
import { type Machine, parseMachine } from './machine.js';
import { attainableFlops, bandwidthFor, roofline } from './roofline.js';

const machine: Machine = {
  name: 'test',
  flopsPerSecond: 100e9,
  levels: [
    { bytes: 1e6, bytesPerSecond: 200e9 },
    { bytes: Infinity, bytesPerSecond: 10e9 },
  ],
};

describe('roofline', () => {
  test('is the arithmetic where there is much of it', () => {
    expect(roofline({ flops: 2e9, bytes: 1e6 }, machine)).toEqual({
      milliseconds: 20,
      boundBy: 'arithmetic',
      intensity: 2000,
    });
  });

  test('is the memory where there is little, from where the bytes lie', () => {
    expect(roofline({ flops: 1e6, bytes: 1e6 }, machine)).toMatchObject({
      milliseconds: 0.01,
      boundBy: 'arithmetic',
    });
    expect(roofline({ flops: 1e5, bytes: 1e6 }, machine)).toMatchObject({
      milliseconds: 0.005,
      boundBy: 'memory',
    });
    expect(roofline({ flops: 1e6, bytes: 2e6 }, machine)).toMatchObject({
      milliseconds: 0.2,
      boundBy: 'memory',
    });
  });

  test('of nothing is nothing', () => {
    expect(roofline({ flops: 0, bytes: 0 }, machine)).toMatchObject({ milliseconds: 0, intensity: 0 });
  });

  test('is a slope and a flat roof', () => {
    expect(attainableFlops(machine, 1, 2e6)).toBe(10e9);
    expect(attainableFlops(machine, 1, 1e6)).toBe(100e9);
    expect(attainableFlops(machine, 50, 2e6)).toBe(100e9);
    expect(bandwidthFor(machine, 1e6 + 1)).toBe(10e9);
  });
});

describe('parseMachine', () => {
  test('refuses what nests too deep to be printed', () => {
    const deep = JSON.parse(`${'['.repeat(1e5)}${']'.repeat(1e5)}`);
    expect(() => parseMachine(deep)).toThrow('a machine must be an object in braces');
    expect(() => parseMachine({ peakGflops: deep })).toThrow('peakGflops must be a number above 0');
  });

  test('takes peak, bandwidth and caches in any order', () => {
    const caches = [
      { bytes: 1e6, bandwidthGBs: 100 },
      { bytes: 32768, bandwidthGBs: 300 },
    ];
    expect(parseMachine({ name: 'board', peakGflops: 2, bandwidthGBs: 0.5, caches })).toEqual({
      name: 'board',
      flopsPerSecond: 2e9,
      levels: [
        { bytes: 32768, bytesPerSecond: 300e9 },
        { bytes: 1e6, bytesPerSecond: 100e9 },
        { bytes: Infinity, bytesPerSecond: 0.5e9 },
      ],
    });
  });

  test.each([
    [[], 'a machine must be an object in braces, not []'],
    ['fast', 'a machine must be an object in braces'],
    [null, 'a machine must be an object in braces'],
    [{ bandwidthGBs: 1 }, "the machine's peakGflops must be a number above 0, not missing"],
    [{ peakGflops: 1 }, "the machine's bandwidthGBs must be a number above 0, not missing"],
    [{ peakGflops: '100', bandwidthGBs: 1 }, 'peakGflops must be a number above 0, not "100"'],
    [{ peakGflops: 1, bandwidthGBs: 0 }, 'bandwidthGBs must be a number above 0, not 0'],
    [{ peakGflop: 1 }, 'a machine has no field "peakGflop"; it has name, peakGflops, bandwidthGBs, caches'],
    [{ peakGflops: 1, bandwidthGBs: 1, name: 7 }, "the machine's name must be a text, not 7"],
    [{ peakGflops: 1, bandwidthGBs: 1, caches: {} }, "the machine's caches must be a list in brackets"],
    [{ peakGflops: 1, bandwidthGBs: 1, caches: [{ bytes: -1, bandwidthGBs: 1 }] }, 'bytes of cache 1'],
    [{ peakGflops: 1, bandwidthGBs: 1, caches: [{ kb: 1 }] }, 'cache 1 of the machine has no field "kb"'],
  ])('refuses %j', (json, message) => {
    const parse = () => parseMachine(json);
    expect(parse).toThrow(CostError);
    expect(parse).toThrow(message);
  });
});

describe('nonNegativeLeastSquares', () => {
  test('finds what the targets were made of, over many orders of magnitude', () => {
    const truth = [3e-9, 5e3, 0.25];
    const rows = Array.from({ length: 30 }, (_, i) => [1e9 * (1 + (i % 7)), 1 + (i % 3), (i * i) % 11]);
    const targets = rows.map((row) => row.reduce((sum, value, j) => sum + value * (truth[j] as number), 0));
    nonNegativeLeastSquares(rows, targets).forEach((value, j) => {
      expect(value / (truth[j] as number)).toBeCloseTo(1, 6);
    });
  });

  test('gives 0 where the best would be negative, and where nothing is known', () => {
    const rows = [
      [1, 1, 0],
      [2, 1, 0],
      [3, 1, 0],
    ];
    const [slope, offset, unknown] = nonNegativeLeastSquares(rows, [1, 3, 5]);
    expect(offset).toBe(0);
    expect(unknown).toBe(0);
    expect(slope).toBeGreaterThan(1);
  });
});

const work = (multiplyAdds: number, bytes: number, calls = 1): KernelWork => ({
  flops: 2 * multiplyAdds,
  bytes,
  amounts: { multiplyAdds, bytes, calls },
});

describe('the latency model', () => {
  const price = ({ amounts }: KernelWork): number =>
    ((amounts.multiplyAdds ?? 0) * 0.02 + (amounts.bytes ?? 0) * 0.05 + (amounts.calls ?? 0) * 800) / 1e6;
  const works = Array.from({ length: 40 }, (_, i) =>
    work(1e4 * (1 + ((i * 7) % 23)), 1e3 * (1 + ((i * 5) % 17))),
  );

  test('learns prices from measured kernels and predicts others', () => {
    const model = fitLatency(works.map((w) => ({ work: w, milliseconds: price(w) })));
    const other = work(123_456, 7_890);
    expect(predictLatency(model, other, machine) / price(other)).toBeCloseTo(1, 4);
  });

  test('is not moved by a few samples that were disturbed', () => {
    const model = fitLatency(
      works.map((w, i) => ({ work: w, milliseconds: price(w) * (i % 8 === 0 ? 3 : 1) })),
    );
    const other = work(123_456, 7_890);
    expect(Math.abs(predictLatency(model, other, machine) / price(other) - 1)).toBeLessThan(0.05);
  });

  test('falls back to the roofline for what it has no price for', () => {
    const model = fitLatency(works.map((w) => ({ work: w, milliseconds: price(w) })));
    const strange: KernelWork = { flops: 2e9, bytes: 1e6, amounts: { calls: 1, butterflies: 1e6 } };
    expect(predictLatency(model, strange, machine)).toBe(20);
    expect(
      predictLatency(model, { ...strange, amounts: { calls: 1, butterflies: 0 } }, machine),
    ).toBeLessThan(0.01);
  });

  test('cannot be learnt from nothing', () => {
    expect(() => fitLatency([])).toThrow('cannot be fitted without measured kernels');
  });
});
