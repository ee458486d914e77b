import { describe, expect, test } from 'vitest';
import { withOlder } from './keep.ts';
import type { Layer } from './layer.ts';
import { neighboursOf } from './neighbours.ts';
import type { ShapeReport } from './report.ts';
import { cliffs, type Measured, rowsOf, shortfalls, wantedFraction, worstNeighbour } from './rows.ts';

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
  type: 'float32',
};

const measured = (more: Partial<Measured> & { samples: Measured['samples'] }): Measured => ({
  table: 'mobilenet-v1',
  layer,
  engine: 'simd128',
  kernels: 'k',
  outputElements: 2048,
  bytes: 16_000,
  errorOverBound: 0.1,
  neighbours: [],
  ...more,
});

describe('rowsOf', () => {
  test('the ceiling is the slower of computing and moving, by the best samples', () => {
    // 2 · 2048 · 9 flops at 36.864 GFLOP/s take 1 µs; 16 kB at 8 GB/s take 2 µs; the layer took 4.
    const samples = { runMs: [0.005, 0.004], neighboursMs: [], arithmetic: [36.864, 20], bandwidth: [8, 7] };
    const [row] = rowsOf([measured({ samples })]);
    expect(row).toMatchObject({ macs: 18432, limitedBy: 'memory', ms: 0.004 });
    expect(row?.fraction).toBeCloseTo(0.5);
    expect(row?.gflops).toBeCloseTo(9.216);
  });

  test('the peak of an engine is the best of its whole run, not of the row, and not of another engine', () => {
    const rows = rowsOf([
      measured({ samples: { runMs: [1], neighboursMs: [], arithmetic: [50], bandwidth: [10] } }),
      measured({ samples: { runMs: [1], neighboursMs: [], arithmetic: [40], bandwidth: [10] } }),
      measured({
        engine: 'wide',
        samples: { runMs: [1], neighboursMs: [], arithmetic: [100], bandwidth: [10] },
      }),
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
    [
      'pointwise of V1 with integers',
      'mobilenet-v1',
      { ...layer, op: 'pointwise-conv2d', type: 'int8' },
      0.75,
    ],
    ['a standard convolution', 'mobilenet-v1', { ...layer, op: 'conv2d' }, undefined],
  ] as const)('%s', (_, table, shape, wanted) => {
    expect(wantedFraction(table, shape)).toBe(wanted);
  });
});

test('shortfalls are rows below what is wanted, the worst first', () => {
  const samples = (ms: number) => ({
    runMs: [ms],
    neighboursMs: [],
    arithmetic: [36.864],
    bandwidth: [1000],
  });
  const rows = rowsOf([0.0015, 0.004, 0.01].map((ms) => measured({ samples: samples(ms) })));
  expect(shortfalls(rows).map(({ ms }) => ms)).toEqual([0.01, 0.004]);
});

describe('neighbours', () => {
  const channelsOf = (channels: number, more: Partial<Layer> = {}) =>
    neighboursOf({ ...layer, input: [1, 7, 7, channels], ...more }).map(({ input, filters }) => [
      input.at(-1),
      filters,
    ]);

  test.each([
    [1024, [960, 1016]],
    [512, [480, 504]],
    [728, [684, 720]],
    [128, [120]],
    [32, [28, 24]],
    [15, []],
  ])('of %i channels', (channels, counts) => {
    expect(channelsOf(channels)).toEqual(counts.map((count) => [count, 1]));
  });

  test('a pointwise layer keeps its proportion, a multiplier stays, a convolution has none', () => {
    expect(channelsOf(512, { op: 'pointwise-conv2d', filters: 1024 })).toEqual([
      [480, 960],
      [504, 1008],
    ]);
    expect(channelsOf(128, { filters: 2 })).toEqual([[120, 2]]);
    expect(channelsOf(128, { op: 'conv2d', filters: 64 })).toEqual([]);
  });

  test("a cliff is a depthwise layer whose multiply-adds take longer than a neighbour's", () => {
    const samples = { runMs: [40, 2, 8, 3, 4], neighboursMs: [], arithmetic: [50], bandwidth: [10] };
    const [neighbour] = neighboursOf(layer) as [Layer];
    const half = { layer: neighbour, outputElements: 1792, runMs: [1.75] };
    const one = { ...half, runMs: [2.625] };
    const rows = rowsOf([
      measured({ samples, neighbours: [one, half] }),
      measured({ samples, neighbours: [one] }),
      measured({ samples, neighbours: [half], layer: { ...layer, op: 'pointwise-conv2d' } }),
    ]);
    // The lower quartile: 3 / 2048 over 1.75 / 1792, both times 9 products.
    expect(worstNeighbour(rows[0]!)).toEqual({ channels: 28, ratio: 1.5 });
    expect(cliffs(rows)).toEqual([rows[0]]);
  });
});

test('what is kept for a processor has new tables instead of older ones, and the older ones that were not measured', () => {
  const samples = { runMs: [1], neighboursMs: [], arithmetic: [50], bandwidth: [10] };
  const report = (tables: readonly string[], ms: number): ShapeReport => {
    const rows = rowsOf(tables.map((table) => measured({ table, samples: { ...samples, runMs: [ms] } })));
    return { rows, refusals: [], shortfalls: shortfalls(rows) } as unknown as ShapeReport;
  };
  const kept = withOlder(report(['a', 'b'], 1), report(['b', 'c'], 2));
  expect(kept.rows.map(({ table, ms }) => [table, ms])).toEqual([
    ['a', 1],
    ['b', 1],
    ['c', 2],
  ]);
  expect(withOlder(report(['a'], 1), undefined).rows).toHaveLength(1);
});
