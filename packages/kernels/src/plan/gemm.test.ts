import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { packProduct } from '../pack/panels.js';
import { engines } from './engine.js';
import {
  type GemmKernel,
  gemmUnits,
  onStrips,
  packedLength,
  panelsOf,
  planGemm,
  unitsPerLine,
} from './gemm.js';
import { balanced } from './sizes.js';

const product = (pixels: number, depth: number, columns: number, groups = 1) => ({
  images: 1,
  imageStride: 0,
  lines: 1,
  lineStride: 0,
  pixels,
  pixelStride: depth * groups * 4,
  taps: [],
  depth,
  groups,
  columns,
  epilogue: [],
});

describe('balanced groups', () => {
  test.each([
    [49, 6, { groups: 9, size: 5, larger: 4 }],
    [12, 6, { groups: 2, size: 6, larger: 0 }],
    [7, 4, { groups: 2, size: 3, larger: 1 }],
    [1, 6, { groups: 1, size: 1, larger: 0 }],
  ])('%i items, at most %i', (count, most, expected) => {
    expect(balanced(count, most)).toEqual(expected);
  });
});

describe('tiles', () => {
  test.each([
    ['simd128', { rows: 5, vectors: 2 }],
    ['relaxed', { rows: 6, vectors: 2 }],
    ['wide', { rows: 6, vectors: 4 }],
  ] as const)('%s uses its largest tile without spills where nothing is left over', (engine, tile) => {
    expect(planGemm(engines[engine], 'pointwise-conv2d', product(3136, 128, 128)).tile).toEqual(tile);
  });

  test('never has more sums, weights and a splat than there are registers', () => {
    for (const engine of Object.values(engines)) {
      for (let pixels = 1; pixels < 30; pixels++) {
        for (let columns = 1; columns < 130; columns++) {
          const { rows, vectors } = planGemm(engine, 'dense', product(pixels, 8, columns)).tile;
          expect(rows).toBeLessThanOrEqual(pixels);
          const registers = Math.ceil(vectors / engine.vectorsPerRegister);
          expect(rows * registers + registers + 1).toBeLessThanOrEqual(15);
        }
      }
    }
  });

  test('a single row takes as many columns side by side as there are registers', () => {
    expect(planGemm(engines.simd128, 'dense', product(1, 1024, 1000)).tile).toEqual({ rows: 1, vectors: 7 });
  });
});

describe('packing', () => {
  const numbers = (count: number, from: number): Float32Array =>
    Float32Array.from({ length: count }, (_, i) => from + i);

  test('puts the bias in front of each panel, and zeros behind the last column', () => {
    const kernel: GemmKernel = {
      ...planGemm(engines.simd128, 'dense', product(10, 2, 6)),
      tile: { rows: 5, vectors: 1 },
    };
    const packed = new Float32Array(packedLength(kernel));
    packProduct(
      panelsOf(kernel),
      { weight: float32Tensor([12], numbers(12, 1)), bias: numbers(6, 101) },
      packed,
    );
    expect([...packed]).toEqual([
      ...[101, 102, 103, 104, 1, 2, 3, 4, 7, 8, 9, 10],
      ...[105, 106, 0, 0, 5, 6, 0, 0, 11, 12, 0, 0],
    ]);
  });

  test('multiplies each column by its factor on the way, but not the bias', () => {
    const kernel: GemmKernel = {
      ...planGemm(engines.simd128, 'dense', product(10, 2, 2)),
      tile: { rows: 5, vectors: 1 },
    };
    const packed = new Float32Array(packedLength(kernel));
    packProduct(
      panelsOf(kernel),
      { weight: float32Tensor([4], numbers(4, 1)), bias: numbers(2, 101), factors: Float64Array.of(10, 100) },
      packed,
    );
    expect([...packed]).toEqual([101, 102, 0, 0, 10, 200, 0, 0, 30, 400, 0, 0]);
  });

  test('keeps groups apart', () => {
    const kernel: GemmKernel = {
      ...planGemm(engines.simd128, 'conv2d', product(10, 1, 2, 2)),
      tile: { rows: 5, vectors: 1 },
    };
    const packed = new Float32Array(packedLength(kernel));
    packProduct(
      panelsOf(kernel),
      { weight: float32Tensor([4], numbers(4, 1)), bias: numbers(4, 101) },
      packed,
    );
    expect([...packed]).toEqual([101, 102, 0, 0, 1, 2, 0, 0, 103, 104, 0, 0, 3, 4, 0, 0]);
  });
});

describe('units', () => {
  test('a single row is shared out by panels', () => {
    const kernel = planGemm(engines.simd128, 'dense', product(1, 1024, 1000));
    expect(kernel.order).toBe('rows');
    expect(unitsPerLine(kernel)).toBe(1);
    expect(gemmUnits(kernel)).toBe(Math.ceil(Math.floor(1000 / 28) / 2));
  });

  test('large weights on many short lines go panel by panel', () => {
    const kernel = planGemm(engines.simd128, 'conv2d', { ...product(7, 9 * 512, 512), lines: 7 });
    expect(kernel.order).toBe('columns');
  });

  test('an image goes by blocks of tiles', () => {
    const kernel = planGemm(engines.simd128, 'pointwise-conv2d', product(12544, 32, 64));
    expect(kernel.order).toBe('rows');
    expect(gemmUnits(kernel)).toBe(Math.ceil(12544 / 5 / 9));
  });

  test('few blocks of tiles are shared out by panels too, so that threads have as many to do', () => {
    // 7×7 pixels are nine tiles, whose rows of 4 KB are too large to be one block.
    const kernel = planGemm(engines.relaxed, 'pointwise-conv2d', product(49, 1024, 1024));
    expect(kernel).toMatchObject({ order: 'rows', blockTiles: 3 });
    expect(unitsPerLine(kernel)).toBe(3);
    expect(gemmUnits(kernel)).toBeGreaterThanOrEqual(32);
    const narrow = planGemm(engines.relaxed, 'pointwise-conv2d', product(49, 160, 960));
    expect(narrow.blockTiles).toBe(9);
    expect(gemmUnits(narrow)).toBeGreaterThanOrEqual(30);
  });

  test('on strips, each strip has units of its own, and the panels stay as they are packed', () => {
    const kernel = planGemm(engines.relaxed, 'pointwise-conv2d', product(12544, 32, 24));
    const strips = onStrips(kernel, 28, 448);
    expect(gemmUnits(strips)).toBe(28 * unitsPerLine(strips));
    expect(unitsPerLine(strips)).toBe(Math.ceil(Math.ceil(448 / strips.tile.rows) / 4));
    expect(strips.tile.vectors).toBe(kernel.tile.vectors);
    expect(packedLength(strips)).toBe(packedLength(kernel));
  });
});
