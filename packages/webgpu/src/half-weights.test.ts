/** @file Weights of 16 bits: exact where they are such numbers already, and rounded once where they are not. */
import { GraphBuilder, initializeWeights, separableConv2d } from '@sepconv/graph';
import { createRandom, createTensor, randomTensor } from '@sepconv/tensor';
import { afterAll, describe, expect, test } from 'vitest';
import { compile } from './session.js';
import { roundedWeights } from './testing/rounded-weights.js';
import { softwareDevice } from './testing/software-device.node.js';

const device = await softwareDevice();

describe.skipIf(typeof device === 'string')(
  typeof device === 'string' ? `on a GPU (skipped: ${device})` : 'weights of 16 bits',
  () => {
    const gpu = device as GPUDevice;
    afterAll(() => gpu.destroy());
    test('a network takes half the memory, and computes with its rounded weights', async () => {
      const builder = new GraphBuilder('small');
      const given = builder.input('image', [1, 8, 8, 16]);
      const graph = builder.build([separableConv2d(builder, given, { filters: 64, kernel: 3 })]);
      const network = { graph, weights: initializeWeights(graph, 1) };
      const image = randomTensor([1, 8, 8, 16], createRandom(1));
      const whole = await compile(network, { device: gpu });
      const half = await compile(network, { device: gpu, weights: 'float16' });
      const same = await compile(roundedWeights(network), { device: gpu });
      expect(await half.run(image)).toEqual(await same.run(image));
      expect(half.costs.weightBytes).toBeLessThan(0.6 * whole.costs.weightBytes);
      expect(half.costs.boundBytes).toBeLessThan(whole.costs.boundBytes);
      expect(half.costs.dispatches).toBe(whole.costs.dispatches);
      for (const session of [whole, half, same]) session.dispose();
    });

    test.each([
      ['beyond 65504', 1e5],
      ['that rounds to an infinity', 65520],
    ])('a weight %s stays float32', async (_, weight) => {
      const builder = new GraphBuilder('large');
      const image = builder.input('image', [1, 2, 2, 4]);
      const name = builder.parameter('w', [1, 1, 4, 4], 'weight');
      const graph = builder.build([builder.node('pointwise-conv2d', [image, name], {})]);
      const weights = new Map([
        ['w', createTensor('float32', [1, 1, 4, 4], new Float32Array(16).fill(weight))],
      ]);
      const session = await compile({ graph, weights }, { device: gpu, weights: 'float16' });
      const { data } = await session.run(createTensor('float32', [1, 2, 2, 4], new Float32Array(16).fill(1)));
      session.dispose();
      expect([...data]).toEqual(new Array(16).fill(4 * weight));
    });
  },
);

test('options that nobody knows are refused by name', async () => {
  const network = { graph: new GraphBuilder('none').build([]), weights: new Map() };
  for (const [options, message] of [
    [{ weights: 'int8' }, /option weights must be "float32" or "float16", but is "int8"/],
    [{ device: {} }, /option device must be a GPUDevice, but is object/],
    [{ signal: 3 }, /option signal must be an AbortSignal, but is number/],
    [{ onProgress: 'loud' }, /option onProgress must be a function/],
    [null, /options must be an object, but is null/],
  ] as const)
    await expect(compile(network, options as never)).rejects.toThrow(message);
});
