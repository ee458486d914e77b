import { GraphBuilder, initializeWeights, pointwiseConv2d } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import type { Tensor } from '@sepconv/tensor';
import { expect, test } from 'vitest';
import { compile } from './session.js';

const shape = [1, 4, 4, 3];
const builder = new GraphBuilder('small');
const graph = builder.build([pointwiseConv2d(builder, builder.input('image', shape), { filters: 5 })]);
const weights = initializeWeights(graph, 1);
const holding = (count: number): Tensor => ({ dtype: 'float32', shape, data: new Float32Array(count) });

test.each([47, 49, 0])('an image of 48 numbers that has %i is refused', async (count) => {
  const session = await compile({ graph, weights }, { engine: 'simd128' });
  const message = `the input "image": the shape 1×4×4×3 needs 48 elements, but the array has ${count}`;
  expect(() => session.run(holding(count))).toThrow(message);
  expect(() => runReference({ graph, weights }, holding(count))).toThrow(message);
});

test.each([
  [-1, 1],
  [5, 2],
  [0, 1e6],
  [0.5, 1],
  [0, Number.NaN],
])('units %d to %d are refused', async (first, end) => {
  const session = await compile({ graph, weights }, { engine: 'simd128' });
  expect(() => session.steps[0]!.run(first, end)).toThrow(`was asked for ${first} to ${end}`);
});
