import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { packDepthwise } from '../pack/panels.js';
import {
  alongRows,
  type DepthwiseShape,
  depthwisePanels,
  depthwiseUnits,
  packedDepthwiseLength,
  planDepthwise,
  zeroRowBytes,
} from './depthwise-conv2d.js';
import { type EngineName, engines } from './engine.js';

const shape = (changes: Partial<DepthwiseShape> = {}): DepthwiseShape => ({
  batch: 1,
  input: [14, 14],
  output: [14, 14],
  channels: 8,
  multiplier: 1,
  window: [3, 3],
  strides: [1, 1],
  dilations: [1, 1],
  padding: [1, 1],
  epilogue: [],
  ...changes,
});

describe('planDepthwise', () => {
  test('packs each step of channels with its biases and taps, multiple by multiple', () => {
    const kernel = planDepthwise(
      engines.simd128,
      shape({ channels: 5, multiplier: 2, window: [1, 2], padding: [0, 0] }),
    );
    // Output channel c · 2 + m; the bias is that number, tap t adds 100 · (t + 1).
    const bias = Float32Array.from({ length: 10 }, (_, i) => i);
    const weight = float32Tensor(
      [20],
      Array.from({ length: 20 }, (_, i) => 100 * (Math.floor(i / 10) + 1) + (i % 10)),
    );
    const target = new Float32Array(packedDepthwiseLength(kernel));
    packDepthwise(depthwisePanels(kernel), { weight, bias }, target);
    expect([...target.subarray(0, 24)]).toEqual([
      ...[0, 2, 4, 6, 1, 3, 5, 7],
      ...[100, 102, 104, 106, 101, 103, 105, 107],
      ...[200, 202, 204, 206, 201, 203, 205, 207],
    ]);
    expect([...target.subarray(24)]).toEqual([8, 9, 108, 109, 208, 209].flatMap((value) => [value, 0, 0, 0]));
  });

  test('multiplies a folded BatchNorm in for the right channel', () => {
    const kernel = planDepthwise(
      engines.simd128,
      shape({ channels: 4, multiplier: 3, window: [1, 1], padding: [0, 0] }),
    );
    const weight = float32Tensor([12], new Float32Array(12).fill(1));
    const factors = Float64Array.from({ length: 12 }, (_, i) => i);
    const target = new Float32Array(packedDepthwiseLength(kernel));
    packDepthwise(depthwisePanels(kernel), { weight, bias: new Float32Array(12), factors }, target);
    expect([...target.subarray(12)]).toEqual([0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]);
  });

  test('never plans more pixels than a row has', () => {
    for (const width of [1, 2, 3, 7, 14, 28]) {
      for (const multiplier of [1, 2, 3, 5, 16]) {
        const { pixels } = planDepthwise(engines.wide, shape({ output: [14, width], multiplier }));
        expect(pixels).toBeGreaterThan(0);
        expect(pixels).toBeLessThanOrEqual(width);
      }
    }
  });
});

describe('blocks of output rows', () => {
  const rowsOf = (engine: EngineName, changes: Partial<DepthwiseShape>) =>
    planDepthwise(engines[engine], shape(changes)).outputRows;

  test('are two where wide registers would wait for the cache, unless much would be computed twice', () => {
    const long = { input: [14, 14], channels: 728 } as const;
    expect(rowsOf('wide', long)).toBe(2);
    expect(rowsOf('wide', { ...long, output: [19, 14] })).toBe(2);
    expect(rowsOf('wide', { ...long, output: [7, 14] })).toBe(1);
    expect(rowsOf('wide', { ...long, channels: 128 })).toBe(1);
    expect(rowsOf('relaxed', long)).toBe(1);
  });

  test('are four under a tall window, or as many as an image has', () => {
    const tall = { window: [7, 1], padding: [3, 0] } as const;
    expect(rowsOf('simd128', tall)).toBe(4);
    expect(rowsOf('simd128', { ...tall, output: [3, 14] })).toBe(3);
    expect(rowsOf('simd128', { ...tall, output: [5, 14] })).toBe(1);
  });

  test('are single where output rows share no input', () => {
    expect(rowsOf('wide', { channels: 728, dilations: [2, 1] })).toBe(1);
    expect(rowsOf('simd128', { window: [3, 1], strides: [3, 1] })).toBe(1);
  });

  test('share out an image’s rows, the last block over some of the one before', () => {
    const kernel = planDepthwise(
      engines.wide,
      shape({ batch: 2, channels: 1000, input: [19, 9], output: [19, 9] }),
    );
    expect(depthwiseUnits(kernel)).toBe(20);
  });
});

describe('alongRows', () => {
  const column = shape({
    input: [20, 1],
    output: [20, 1],
    window: [9, 1],
    strides: [1, 1],
    padding: [4, 0],
  });

  test('lays an image of one pixel’s width into a row', () => {
    expect(alongRows(column)).toMatchObject({
      input: [1, 20],
      output: [1, 20],
      window: [1, 9],
      padding: [0, 4],
    });
  });

  test('leaves an image whose window has columns in the padding', () => {
    const padded = { ...column, window: [9, 3], padding: [4, 1] } as const;
    expect(alongRows(padded)).toBe(padded);
  });
});

describe('zeroRowBytes', () => {
  test('is a row of the image where the window reaches over an edge, and nothing elsewhere', () => {
    expect(zeroRowBytes(shape())).toBe(14 * 8 * 4);
    expect(zeroRowBytes(shape({ padding: [0, 0], output: [12, 12] }))).toBe(0);
    expect(zeroRowBytes(shape({ padding: [0, 0], output: [13, 12] }))).toBe(14 * 8 * 4);
  });
});
