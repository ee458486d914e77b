import { costOf } from '@sepconv/cost-model';
import { initializeWeights } from '@sepconv/graph';
import { mobileNetV1, mobileNetV2 } from '@sepconv/mobilenet';
import { describe, expect, test } from 'vitest';
import { explain } from './explain.js';
import { compile } from './session.js';

describe.each([
  ['mobilenet-v1', mobileNetV1({ resolution: 96 })],
  ['mobilenet-v1 --standard', mobileNetV1({ resolution: 64, width: 0.25, separable: false })],
  ['mobilenet-v2', mobileNetV2({ resolution: 160 })],
])('%s', (_, graph) => {
  test.each(['on', 'off'] as const)('does the multiply-adds of the cost model, fusion %s', async (fusion) => {
    const session = await compile({ graph, weights: initializeWeights(graph, 1) }, { fusion });
    const steps = explain(session);
    expect(steps.reduce((sum, { macs }) => sum + macs, 0)).toBe(costOf(graph).totals.macs);
  });

  test('fuses only where it is let', async () => {
    const stripsOf = async (fusion: 'on' | 'off'): Promise<number> => {
      const session = await compile({ graph, weights: initializeWeights(graph, 1) }, { fusion });
      return explain(session).filter(({ stripRows }) => stripRows !== undefined).length;
    };
    expect(await stripsOf('off')).toBe(0);
    expect((await stripsOf('on')) > 0).toBe(graph.nodes.some(({ op }) => op === 'depthwise-conv2d'));
  });

  test('names every node once', async () => {
    const session = await compile({ graph, weights: initializeWeights(graph, 1) }, { fusion: 'off' });
    const names = explain(session)
      .filter(({ kernel }) => !kernel.startsWith('f32_pad'))
      .flatMap(({ nodes }) => nodes);
    const expected = graph.nodes.filter(
      ({ op }) => op !== 'batch-norm' && op !== 'flatten' && op !== 'reshape',
    );
    expect(names.toSorted()).toEqual(expected.map(({ name }) => name).toSorted());
  });

  test('addresses lie in the memory', async () => {
    const session = await compile({ graph, weights: initializeWeights(graph, 1) });
    for (const { operands } of explain(session)) {
      for (const { address } of operands) {
        expect(address).toBeGreaterThanOrEqual(0);
        expect(address).toBeLessThan(session.memory.bytes);
      }
    }
  });
});
