import { GraphBuilder } from '@sepconv/graph';
import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { compile } from '../session.js';
import { engines } from './engine.js';
import { planNetwork } from './plan.js';

describe('the plan of a product of computed matrices', () => {
  const planOf = (a: number[], b: number[]) => {
    const builder = new GraphBuilder('product');
    const product = builder.node('matmul', [builder.input('a', a), builder.input('b', b)], {});
    const graph = builder.build([builder.node('relu', [product], {}, 'out')]);
    return planNetwork({ graph, weights: new Map() }, engines.simd128).steps;
  };

  test('packs each matrix once, and does what follows in the store', () => {
    const steps = planOf([3, 7, 5], [3, 5, 20]);
    expect(steps.map(({ kernel }) => kernel)).toMatchObject([
      { kind: 'pack-matrix', matrices: 3, depth: 5, columns: 20 },
      { kind: 'gemm', images: 3, pixels: 7, order: 'rows', epilogue: [{ kind: 'clamp' }] },
    ]);
  });

  test('takes the rows of all matrices together where one is multiplied with all', () => {
    const [packing, product] = planOf([3, 7, 5], [1, 5, 20]);
    expect(packing?.kernel).toMatchObject({ matrices: 1 });
    expect(product?.kernel).toMatchObject({ images: 1, pixels: 21 });
  });
});

test('a parameter under another shape is a value like any other', async () => {
  const builder = new GraphBuilder('reshaped');
  const input = builder.input('x', [1, 2]);
  const numbers = builder.parameter('c', [4], 'constant');
  const matrix = builder.node('reshape', [numbers], { shape: [2, 2] });
  const graph = builder.build([builder.node('matmul', [input, matrix], {}, 'out')]);
  const weights = new Map([['c', float32Tensor([4], [1, 2, 3, 4])]]);
  const session = await compile({ graph, weights }, { engine: 'simd128' });
  expect([...session.run(float32Tensor([1, 2], [10, 1])).data]).toEqual([13, 24]);
  session.dispose();
});
