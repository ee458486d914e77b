import { createTensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { checkImplementations } from './check-implementations.ts';
import { drawNetwork } from './draw-network.ts';

const drawn = drawNetwork(3);
const of = (...values: number[]): Tensor => createTensor('float32', [2], Float32Array.of(...values));
const giving =
  (...values: number[]) =>
  () =>
    new Map([['out', of(...values)]]);
const expected = (bound: number, ...values: number[]) =>
  new Map([
    ['out', { output: of(...values), bound: createTensor('float32', [2], new Float32Array(2).fill(bound)) }],
  ]);

describe('implementations of a random network', () => {
  test('pass with equal bits within the bound', async () => {
    const ways = new Map([
      ['off', giving(1, NaN)],
      ['on', giving(1, NaN)],
    ]);
    await expect(checkImplementations(drawn, ways, expected(0.5, 1.5, NaN))).resolves.toBeUndefined();
  });

  test('fail with another bit in one of them, be it the sign of 0', async () => {
    const ways = new Map([
      ['off', giving(1, 0)],
      ['on', giving(1, -0)],
    ]);
    await expect(checkImplementations(drawn, ways, expected(1, 1, 0))).rejects.toThrow(
      /^seed 3: .*\n"out"\[1\] is -0 with on, but 0 with off$/,
    );
  });

  test('fail beyond the bound, even all alike', async () => {
    const ways = new Map([['off', giving(1, 2)]]);
    await expect(checkImplementations(drawn, ways, expected(0.25, 1, 2.5))).rejects.toThrow(
      'off by 0.5 where 0.25 is allowed',
    );
    await expect(checkImplementations(drawn, ways, expected(0.25, 1, Infinity))).rejects.toThrow('"out"');
  });

  test('fail with what an implementation throws', async () => {
    const broken = () => {
      throw new Error('no such kernel');
    };
    await expect(checkImplementations(drawn, new Map([['on', broken]]), expected(0, 1, 1))).rejects.toThrow(
      /^seed 3: .*\non: no such kernel$/,
    );
  });
});

describe('random networks', () => {
  test('are the same for the same seed', () => {
    expect(drawNetwork(11)).toEqual(drawNetwork(11));
    expect(drawNetwork(11).label).not.toBe(drawNetwork(12).label);
  });

  test('have every kind of layer, far windows and integers among the first thousand', () => {
    const networks = Array.from({ length: 1000 }, (_, seed) => drawNetwork(seed).network.graph);
    const ops = new Set(networks.flatMap(({ nodes }) => nodes.map(({ op }) => op)));
    for (const op of [
      'average-pool2d',
      'batch-norm',
      'conv-transpose2d',
      'conv2d',
      'dense',
      'depthwise-conv2d',
      'gelu',
      'global-max-pool2d',
      'layer-norm',
      'matmul',
      'max-pool2d',
      'quantized-conv2d',
      'reduce-mean',
      'resize2d',
      'softmax',
    ] as const) {
      expect(ops).toContain(op);
    }
    const reaches = networks.flatMap(({ nodes }) =>
      nodes.flatMap((node) => (node.op === 'depthwise-conv2d' ? node.attributes.dilations : [])),
    );
    expect(Math.max(...reaches)).toBeGreaterThan(1000);
  });
});
