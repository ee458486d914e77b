import { peakMemory } from '@sepconv/cost-model';
import { GraphBuilder, noPadding } from '@sepconv/graph';
import { expect, test } from 'vitest';
import { engines } from './plan/engine.js';
import { planGraph } from './plan/plan.js';
import { predictSchedule } from './predict-schedule.js';

test('the cost model predicts the arena of a network of integers to the byte, and counts its weights as they are', () => {
  const builder = new GraphBuilder('integers');
  const quantization = { scale: [1 / 64], zeroPoint: [128] };
  const output = { dtype: 'uint8', scale: 1 / 32, zeroPoint: 7 } as const;
  const window = { strides: [1, 1], dilations: [1, 1], padding: noPadding } as const;
  const image = builder.input('image', [1, 20, 20, 24], 'uint8', quantization);
  const convolve = (input: string, name: string, shape: readonly number[], groups: number): string => {
    const weight = builder.parameter(`${name}/weight`, shape, 'weight', 'uint8', quantization);
    const bias = builder.parameter(`${name}/bias`, [shape[3] as number], 'bias', 'int32');
    return builder.node('quantized-conv2d', [input, weight, bias], { ...window, groups, output }, name);
  };
  const wide = convolve(image, 'wide', [1, 1, 24, 96], 1);
  const deep = convolve(wide, 'deep', [3, 3, 1, 96], 96);
  const last = convolve(deep, 'last', [1, 1, 96, 10], 1);
  const graph = builder.build([builder.node('dequantize', [last], {})]);
  for (const engine of ['simd128', 'relaxed', 'wide'] as const) {
    const memory = peakMemory(graph, { schedule: predictSchedule(graph, { engine }), type: 'int8' });
    expect(memory).toMatchObject({ type: 'own', arenaBytes: planGraph(graph, engines[engine]).arenaBytes });
    expect(memory.weightBytes).toBe(24 * 96 + 9 * 96 + 96 * 10 + 4 * (96 + 96 + 10));
  }
});
