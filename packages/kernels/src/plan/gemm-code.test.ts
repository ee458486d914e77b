import { initializeWeights } from '@sepconv/graph';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { describe, expect, test } from 'vitest';
import { engines } from './engine.js';
import { type GemmShape, planGemm } from './gemm.js';
import { splitGemm } from './gemm-code.js';
import { keyOfCode } from './kernel-code.js';
import { planNetwork } from './plan.js';

const shape = (
  pixels: number,
  depth: number,
  columns: number,
  others: Partial<GemmShape> = {},
): GemmShape => ({
  images: 1,
  imageStride: 0,
  lines: 1,
  lineStride: 0,
  pixels,
  pixelStride: depth * 4,
  taps: [],
  depth,
  groups: 1,
  columns,
  epilogue: [],
  ...others,
});

const split = (...args: Parameters<typeof shape>) =>
  splitGemm(planGemm(engines.relaxed, 'pointwise-conv2d', shape(...args)));

describe('the code of a matrix product', () => {
  test('is one for layers that differ in their numbers only', () => {
    const [a, b] = [split(3136, 128, 256), split(196, 512, 1024)];
    expect(b.code).toEqual(a.code);
    expect(b.sizes).not.toEqual(a.sizes);
    expect(a.sizes).toHaveLength(a.code.sizes.length);
  });

  test.each([
    ['a narrower last panel', split(3136, 128, 260)],
    ['a sum that no turn divides', split(3136, 126, 256)],
    ['a short sum', split(3136, 16, 256)],
    ['tiles of one height only', split(3132, 128, 256)],
    ['another epilogue', split(3136, 128, 256, { epilogue: [{ kind: 'add' }] })],
    ['several lines', split(56, 128, 256, { lines: 56, lineStride: 56 * 128 * 4 })],
    ['groups', split(3136, 128, 256, { groups: 2 })],
  ])('is another for %s', (_, { code }) => {
    expect(keyOfCode(code)).not.toBe(keyOfCode(split(3136, 128, 256).code));
  });

  test('is one for all pointwise layers of MobileNetV1', () => {
    const graph = mobileNetV1();
    const { steps } = planNetwork({ graph, weights: initializeWeights(graph, 1) }, engines.relaxed, 'off');
    const products = steps.flatMap(({ kernel }) =>
      kernel.kind === 'gemm' && kernel.name.includes('pointwise') ? [kernel] : [],
    );
    expect(products).toHaveLength(13);
    expect(new Set(products.map((kernel) => keyOfCode(splitGemm(kernel).code))).size).toBe(1);
  });

  test('has no loop for an empty sum', () => {
    const { code } = split(49, 0, 8, { taps: [{ count: 3, stride: 4 }] });
    expect(code).toMatchObject({ tapLoops: 0, stepsOfTurn: 0, stepsBehind: 0 });
  });
});
