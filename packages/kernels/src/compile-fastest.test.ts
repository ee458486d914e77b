import { conv2d, GraphBuilder, initializeWeights, type Network } from '@sepconv/graph';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { compileFastest } from './compile-fastest.js';
import { EngineError } from './errors.js';
import { compile } from './session.js';

/** So many 3×3 convolutions, one behind the other. */
function networkOf(depth: number): Network {
  const builder = new GraphBuilder(`depth-${depth}`);
  let value = builder.input('input', [1, 24, 24, 16]);
  for (let i = 0; i < depth; i++) value = conv2d(builder, value, { filters: 16, kernel: 3 });
  const graph = builder.build([value]);
  return { graph, weights: initializeWeights(graph, 1) };
}

describe('compileFastest', () => {
  const networks = { long: networkOf(60), short: networkOf(1), middle: networkOf(12) };
  const input = randomTensor([1, 24, 24, 16], createRandom(1));

  test('keeps the network that does least, ready to run, and tells what all of them took', async () => {
    const { name, session, milliseconds } = await compileFastest(networks, { engine: 'simd128', budget: 20 });
    expect(name).toBe('short');
    expect([...milliseconds.keys()]).toEqual(['long', 'short', 'middle']);
    const alone = await compile(networks.short, { engine: 'simd128' });
    expect(session.run(input).data).toEqual(alone.run(input).data);
  });

  test('a single network is compiled and not measured', async () => {
    const { name, session, milliseconds } = await compileFastest({ only: networks.short });
    expect(name).toBe('only');
    expect(milliseconds.size).toBe(0);
    expect(session.run(input).shape).toEqual([1, 24, 24, 16]);
  });

  test('no network is refused, and so is one that cannot be compiled', async () => {
    await expect(compileFastest({})).rejects.toThrow(EngineError);
    const broken = { graph: networks.short.graph, weights: new Map() };
    await expect(compileFastest({ good: networks.short, broken })).rejects.toThrow();
  });
});
