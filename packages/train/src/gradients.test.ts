import { conformanceOps } from '@sepconv/conformance';
import { contractOf, GraphBuilder, opNames, separableConv2d } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, float32Tensor, randomTensor } from '@sepconv/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backward, forward } from './gradients.js';
import { checkGradients } from './testing/central-differences.js';
import { redrawn } from './testing/float64.js';

/** Cases for each shape class; set SEPCONV_SWEEP_RUNS for a longer hunt. */
const runs = Number(process.env.SEPCONV_SWEEP_RUNS ?? 2);

const trainable = opNames.filter((op) => contractOf(op).integers !== 'own');
/** A choice has no derivative: what a small change of a score changes is which rows are given. */
const smooth = trainable.filter((op) => op !== 'non-max-suppression');

/** Products of one pass: central differences run the forward loops eight times and more for each input. */
const mostElements = 4000;

describe('gradients agree with central differences in float64', () => {
  test.each(smooth)('%s', (op) => {
    let checked = 0;
    for (const [name, arbitrary] of Object.entries(conformanceOps[op].classes)) {
      // Values are drawn anew; special ones have no derivative.
      if (name === 'special_values' || name === 'integers') continue;
      for (const { network, label } of fc.sample(arbitrary, { numRuns: runs, seed: 1 })) {
        const { graph } = network;
        const elements = [...graph.inputs, ...graph.parameters].reduce(
          (sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1),
          0,
        );
        if (elements > mostElements) continue;
        const drawn = redrawn(graph, checked + 1);
        const report = checkGradients(drawn.network, drawn.inputs, checked + 1);
        expect(report.deviations, label).toEqual([]);
        checked += report.directions;
      }
    }
    expect(checked).toBeGreaterThan(0);
  });
});

describe('the forward pass is the reference', () => {
  // Batch normalization differs on purpose: in training it uses the batch's own statistics.
  test.each(trainable.filter((op) => op !== 'batch-norm'))('%s', (op) => {
    for (const [name, arbitrary] of Object.entries(conformanceOps[op].classes)) {
      if (name === 'special_values' || name === 'integers') continue;
      for (const { network, inputs, label } of fc.sample(arbitrary, { numRuns: 1, seed: 2 })) {
        const expected = runReference(network, inputs);
        const { values } = forward(network, inputs);
        for (const [output, { data }] of expected) {
          expect(values.get(output)!.data, label).toEqual(data);
        }
      }
    }
  });
});

test('a value that several nodes read collects their gradients', () => {
  const builder = new GraphBuilder('twice');
  const x = builder.input('x', [1, 3]);
  const graph = builder.build([builder.node('mul', [x, builder.node('add', [x, x], {})], {}, 'out')]);
  const run = forward({ graph, weights: new Map() }, new Map([['x', float32Tensor([1, 3], [1, 2, 3])]]));
  const gradients = backward(run, new Map([['out', float32Tensor([1, 3], [1, 1, 1])]]));
  // out = 2x², so its derivative is 4x.
  expect([...gradients.get('x')!.data]).toEqual([4, 8, 12]);
});

test('a weight that several layers read collects their gradients', () => {
  const builder = new GraphBuilder('shared');
  const weight = builder.parameter('w', [1, 1, 3, 3], 'weight');
  const bias = builder.parameter('b', [3], 'bias');
  const layer = (from: string): string =>
    builder.node('tanh', [builder.node('pointwise-conv2d', [from, weight, bias], {})], {});
  const graph = builder.build([layer(layer(layer(builder.input('x', [2, 3, 2, 3]))))]);
  const { network, inputs } = redrawn(graph, 1);
  const report = checkGradients(network, inputs, 1);
  expect(report.deviations).toEqual([]);
  expect(report.directions).toBeGreaterThan(0);
});

test('a separable convolution has gradients for both of its weights', () => {
  const builder = new GraphBuilder('separable');
  const x = builder.input('x', [2, 5, 4, 3]);
  const graph = builder.build([
    separableConv2d(builder, x, { filters: 4, kernel: 3, strides: 2, multiplier: 2 }),
  ]);
  const { network, inputs } = redrawn(graph, 1);
  const report = checkGradients(network, inputs, 1);
  expect(report.deviations).toEqual([]);
  expect(report.directions).toBe(16);
});

test('of equal elements the first gets the gradient of their maximum', () => {
  const builder = new GraphBuilder('ties');
  const x = builder.input('x', [1, 1, 3, 1]);
  const graph = builder.build([builder.node('global-max-pool2d', [x], {}, 'out')]);
  const run = forward(
    { graph, weights: new Map() },
    new Map([['x', float32Tensor([1, 1, 3, 1], [1, 7, 7])]]),
  );
  const gradients = backward(run, new Map([['out', float32Tensor([1, 1, 1, 1], [2])]]));
  expect([...gradients.get('x')!.data]).toEqual([0, 2, 0]);
});

describe('what does not fit is refused', () => {
  const builder = new GraphBuilder('small');
  const x = builder.input('x', [1, 3]);
  const graph = builder.build([builder.node('relu', [x], {}, 'out')]);
  const network = { graph, weights: new Map() };
  const input = randomTensor([1, 3], createRandom(1));

  test('an input that is missing or has another shape', () => {
    expect(() => forward(network, new Map())).toThrow('the input "x" is missing');
    expect(() => forward(network, new Map([['x', float32Tensor([1, 2], [1, 2])]]))).toThrow(
      'the input "x" must be float32 1×3, but is float32 1×2',
    );
  });

  test('a network that computes with integers', () => {
    const quantizing = new GraphBuilder('integers');
    const real = quantizing.input('x', [1, 3]);
    const attributes = { dtype: 'int8', scale: [1], zeroPoint: [0] } as const;
    const integers = quantizing.build([quantizing.node('quantize', [real], attributes, 'stored')]);
    expect(() => forward({ graph: integers, weights: new Map() }, new Map([['x', input]]))).toThrow(
      'quantize "stored" computes with integers, which have no gradient',
    );
  });

  test('a gradient of another shape, or of no value', () => {
    const run = forward(network, new Map([['x', input]]));
    expect(() => backward(run, new Map([['out', float32Tensor([3], [1, 2, 3])]]))).toThrow(
      'the gradient of "out" is float32 3, but "out" is float32 1×3',
    );
    expect(() => backward(run, new Map([['nothing', input]]))).toThrow('no value of the network');
  });
});
