import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../builder.js';
import { inferTypes } from '../infer.js';
import { viewsOf } from './views.js';

/** Whether a node on an input of this shape moves nothing. */
function isView(shape: readonly number[], build: (builder: GraphBuilder, input: string) => string): boolean {
  const builder = new GraphBuilder('test');
  const graph = builder.build([build(builder, builder.input('input', shape))]);
  return viewsOf(graph, inferTypes(graph)).get(graph.outputs[0] as string) === 'input';
}

const transposed = (shape: readonly number[], permutation: readonly number[]): boolean =>
  isView(shape, (b, x) => b.node('transpose', [x], { permutation }));

const sliced = (starts: readonly number[], ends: readonly number[], steps: readonly number[]): boolean =>
  isView([4, 3], (b, x) => b.node('slice', [x], { starts, ends, steps }));

const averaged = (axes: readonly number[]): boolean =>
  isView([2, 1, 1, 3], (b, x) => b.node('reduce-mean', [x], { axes, keepDimensions: false }));

const resized = (height: number, coordinates: 'half-pixel' | 'affine'): boolean =>
  isView([1, 4, 5, 3], (b, x) =>
    b.node('resize2d', [x], {
      size: [height, 5],
      mode: 'linear',
      coordinates,
      ...(coordinates === 'affine' ? { start: [0.5, 0], step: [1, 1] } : {}),
    }),
  );

describe('views', () => {
  test('are transpositions that only move dimensions of one element', () => {
    expect(transposed([1, 1, 1, 64], [0, 3, 1, 2])).toBe(true);
    expect(transposed([1, 7, 1, 64], [1, 0, 2, 3])).toBe(true);
    expect(transposed([1, 7, 2, 64], [1, 0, 2, 3])).toBe(true);
    expect(transposed([2, 7, 1, 64], [1, 0, 2, 3])).toBe(false);
  });

  test('are slices from the start on without a gap', () => {
    expect(sliced([0, 0], [2, 3], [1, 1])).toBe(true);
    expect(sliced([0, 0], [1, 2], [1, 1])).toBe(true);
    expect(sliced([1, 0], [4, 3], [1, 1])).toBe(false);
    expect(sliced([0, 0], [4, 2], [1, 1])).toBe(false);
    expect(sliced([0, 0], [4, 3], [2, 1])).toBe(false);
  });

  test('are means of one element each, and an image in its own size', () => {
    expect([averaged([1]), averaged([1, 2]), averaged([0, 1])]).toEqual([true, true, false]);
    expect([resized(4, 'half-pixel'), resized(3, 'half-pixel'), resized(4, 'affine')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('of views are views of the same memory, and of parameters none', () => {
    const builder = new GraphBuilder('test');
    const flat = builder.node('flatten', [builder.input('input', [1, 2, 3, 4])], {}, 'flat');
    const again = builder.node('reshape', [flat], { shape: [4, 6] }, 'again');
    const constant = builder.node('flatten', [builder.parameter('p', [2, 2], 'constant')], {}, 'constant');
    const graph = builder.build([again, constant]);
    expect([...viewsOf(graph, inferTypes(graph))]).toEqual([
      ['flat', 'input'],
      ['again', 'input'],
    ]);
  });
});
