import {
  depthwiseConv2d,
  GraphBuilder,
  initializeWeights,
  type Network,
  pointwiseConv2d,
} from '@sepconv/graph';
import { mobileNetV1, mobileNetV2 } from '@sepconv/mobilenet';
import { createRandom, randomTensor } from '@sepconv/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explain } from './explain.js';
import { type EngineName, engines } from './plan/engine.js';
import { planNetwork } from './plan/plan.js';
import { compile } from './session.js';

async function runWith(network: Network, fusion: 'on' | 'off' | 'auto', engine: EngineName = 'simd128') {
  const session = await compile(network, { engine, fusion });
  const [input] = session.inputs.values();
  const output = session.run(randomTensor(input!.shape, createRandom(7)));
  const bits = new Uint32Array(output.data.slice().buffer);
  const fused = explain(session).filter(({ stripRows }) => stripRows !== undefined).length;
  session.dispose();
  return { bits, fused, arenaBytes: session.memory.arenaBytes };
}

const block = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  height: fc.integer({ min: 1, max: 19 }),
  width: fc.integer({ min: 1, max: 19 }),
  channels: fc.integer({ min: 1, max: 21 }),
  expansion: fc.option(fc.integer({ min: 1, max: 40 })),
  filters: fc.integer({ min: 1, max: 37 }),
  kernel: fc.constantFrom(1, 3, 5),
  stride: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 2 }),
  multiplier: fc.integer({ min: 1, max: 2 }),
  residual: fc.boolean(),
});

type Block = typeof block extends fc.Arbitrary<infer Drawn> ? Drawn : never;

function networkOf(drawn: Block): Network {
  const { batch, height, width, channels, expansion, filters, kernel, stride, dilation, multiplier } = drawn;
  const builder = new GraphBuilder('block');
  const input = builder.input('input', [batch, height, width, channels]);
  const relu6 = (value: string): string => builder.node('relu6', [value], {});
  const start = expansion === null ? input : relu6(pointwiseConv2d(builder, input, { filters: expansion }));
  const middle = depthwiseConv2d(builder, start, {
    kernel,
    strides: stride,
    dilations: dilation,
    multiplier,
  });
  const output = pointwiseConv2d(builder, relu6(middle), { filters });
  const canAdd = drawn.residual && stride === 1 && filters === channels;
  const graph = builder.build([canAdd ? builder.node('add', [output, input], {}) : output]);
  return { graph, weights: initializeWeights(graph, 3) };
}

describe('fusion', () => {
  test('never changes a bit', async () => {
    let fused = 0;
    await fc.assert(
      fc.asyncProperty(block, async (drawn) => {
        const network = networkOf(drawn);
        const [on, off] = [await runWith(network, 'on'), await runWith(network, 'off')];
        fused += on.fused;
        expect(off.fused).toBe(0);
        expect(on.bits).toEqual(off.bits);
      }),
      { numRuns: 150, seed: 11 },
    );
    expect(fused).toBeGreaterThan(50);
  });

  test.each([
    ['mobilenet-v1 at 64', mobileNetV1({ resolution: 64, width: 0.5 })],
    ['mobilenet-v2 at 97', mobileNetV2({ resolution: 97, width: 0.5 })],
  ])('%s gives the same bits in every mode', async (_, graph) => {
    const network = { graph, weights: initializeWeights(graph, 1) };
    const off = await runWith(network, 'off');
    const on = await runWith(network, 'on');
    expect(on.fused).toBeGreaterThan(5);
    expect(on.bits).toEqual(off.bits);
    expect((await runWith(network, 'auto')).bits).toEqual(off.bits);
  });

  test('expansions that never leave their strips need less memory', () => {
    const graph = mobileNetV2({ resolution: 224 });
    const network = { graph, weights: initializeWeights(graph, 1) };
    const [off, auto, on] = (['off', 'auto', 'on'] as const).map((fusion) =>
      planNetwork(network, engines.simd128, fusion),
    );
    expect(auto!.steps.length).toBeLessThan(off!.steps.length);
    // The images of 112×112×96 and 56×56×96 are gone; the 56×56×144 of the blocks after them, faster unfused, remain.
    expect(auto!.arenaBytes).toBeLessThan(0.7 * off!.arenaBytes);
    expect(on!.arenaBytes).toBeLessThan(0.5 * off!.arenaBytes);
  });
});
