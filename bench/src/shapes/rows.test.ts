import { describe, expect, test } from 'vitest';
import type { Layer } from './layer.ts';
import { type Measured, rowsOf, shortfalls, wantedFraction } from './rows.ts';

const layer: Layer = {
  name: 'layer',
  op: 'depthwise-conv2d',
  input: [1, 8, 8, 32],
  kernel: [3, 3],
  strides: [1, 1],
  dilations: [1, 1],
  padding: 'same',
  filters: 1,
  groups: 1,
  activation: 'none',
  times: 1,
};

const measured = (more: Partial<Measured> & { samples: Measured['samples'] }): Measured => ({
  table: 'mobilenet-v1',
  layer,
  engine: 'simd128',
  kernels: 'k',
  outputElements: 2048,
  bytes: 16_000,
  errorOverBound: 0.1,
  ...more,
});

describe('rowsOf', () => {
  test('the ceiling is the slower of computing and moving, by the best samples', () => {
    // 2 · 2048 · 9 flops at 36.864 GFLOP/s take 1 µs; 16 kB at 8 GB/s take 2 µs; the layer took 4.
    const samples = { runMs: [0.005, 0.004], arithmetic: [36.864, 20], bandwidth: [8, 7] };
    const [row] = rowsOf([measured({ samples })]);
    expect(row).toMatchObject({ macs: 18432, limitedBy: 'memory', ms: 0.004 });
    expect(row?.fraction).toBeCloseTo(0.5);
    expect(row?.gflops).toBeCloseTo(9.216);
  });

  test('the peak of an engine is the best of its whole run, not of the row, and not of another engine', () => {
    const rows = rowsOf([
      measured({ samples: { runMs: [1], arithmetic: [50], bandwidth: [10] } }),
      measured({ samples: { runMs: [1], arithmetic: [40], bandwidth: [10] } }),
      measured({ engine: 'wide', samples: { runMs: [1], arithmetic: [100], bandwidth: [10] } }),
    ]);
    expect(rows.map(({ arithmetic }) => arithmetic)).toEqual([50, 50, 100]);
  });
});

describe('wantedFraction', () => {
  test.each([
    ['depthwise of 16 channels and 4 KB', 'awkward', layer, 0.5],
    ['depthwise of 15 channels', 'awkward', { ...layer, input: [1, 28, 28, 15] }, undefined],
    ['depthwise on an image of 1 KB', 'awkward', { ...layer, input: [1, 4, 4, 16] }, undefined],
    ['a batch of small images', 'awkward', { ...layer, input: [9, 4, 4, 16] }, undefined],
    ['pointwise of V1', 'mobilenet-v1', { ...layer, op: 'pointwise-conv2d' }, 0.8],
    ['pointwise of another network', 'xception', { ...layer, op: 'pointwise-conv2d' }, undefined],
    ['a standard convolution', 'mobilenet-v1', { ...layer, op: 'conv2d' }, undefined],
  ] as const)('%s', (_, table, shape, wanted) => {
    expect(wantedFraction(table, shape)).toBe(wanted);
  });
});

test('shortfalls are rows below what is wanted, the worst first', () => {
  const samples = (ms: number) => ({ runMs: [ms], arithmetic: [36.864], bandwidth: [1000] });
  const rows = rowsOf([0.0015, 0.004, 0.01].map((ms) => measured({ samples: samples(ms) })));
  expect(shortfalls(rows).map(({ ms }) => ms)).toEqual([0.01, 0.004]);
});
