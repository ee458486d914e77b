/** @file Limits by caches: what each decides over, and what tells two machines apart. */
import { conv2d, depthwiseConv2d, type Graph, GraphBuilder, pointwiseConv2d } from '@sepconv/graph';
import { describe, expect, test } from 'vitest';
import { engines } from './engine.js';
import { type CacheLimits, limitsFor, type Machine, machineDifference, usualLimits } from './machine.js';
import { planGraph } from './plan.js';
import type { Fusion } from './strips.js';

type Shape = readonly [height: number, width: number, channels: number];

function single(
  shape: Shape,
  layer: (builder: GraphBuilder, input: string) => string,
): { readonly graph: Graph; readonly fusion: Fusion } {
  const builder = new GraphBuilder('layer');
  return { graph: builder.build([layer(builder, builder.input('image', [1, ...shape]))]), fusion: 'auto' };
}

const stored = { scale: [1 / 64], zeroPoint: [0] };

/** A convolution of bytes; of one group for each channel it is depthwise. */
function integers(shape: Shape, filters: number, window: number): ReturnType<typeof single> {
  const [, , channels] = shape;
  const groups = window > 1 ? channels : 1;
  const builder = new GraphBuilder('layer');
  const image = builder.input('image', [1, ...shape], 'int8', stored);
  const weight = [window, window, channels / groups, filters];
  const name = builder.parameter('weight', weight, 'weight', 'int8', { scale: [1 / 128], zeroPoint: [0] });
  const margin = Math.floor(window / 2);
  const node = builder.node('quantized-conv2d', [image, name], {
    strides: [1, 1],
    dilations: [1, 1],
    padding: { top: margin, bottom: margin, left: margin, right: margin },
    groups,
    output: { dtype: 'int8', scale: 1 / 32, zeroPoint: 0 },
  });
  return { graph: builder.build([node]), fusion: 'auto' };
}

/** MobileNetV2's block with the largest image: all of it at once is fused by estimate. */
const inverted = single([112, 112, 16], (builder, image) => {
  const expanded = pointwiseConv2d(builder, image, { filters: 96 });
  const filtered = depthwiseConv2d(builder, expanded, { kernel: 3, strides: 2 });
  return pointwiseConv2d(builder, filtered, { filters: 24 });
});

/** For each limit a layer that it decides over, and what it is instead of the usual. */
const decided: {
  readonly [Name in keyof CacheLimits]: readonly [layer: ReturnType<typeof single>, other: CacheLimits[Name]];
} = {
  longRow: [single([19, 19, 728], (b, image) => depthwiseConv2d(b, image, { kernel: 3 })), 64 * 1024],
  residentWeights: [
    single([28, 28, 128], (b, image) => conv2d(b, image, { kernel: 3, filters: 128 })),
    1024 * 1024,
  ],
  blockRows: [single([7, 7, 1024], (b, image) => pointwiseConv2d(b, image, { filters: 1024 })), 192 * 1024],
  widenedRows: [integers([56, 56, 144], 24, 1), 16 * 1024],
  sharedRows: [integers([14, 14, 96], 576, 1), 16 * 1024],
  rowPairs: [integers([112, 112, 96], 96, 3), 512 * 1024],
  stripScratch: [inverted, 256 * 1024],
  stripWeights: [inverted, 1024],
  hasAliases: [single([14, 14, 512], (b, image) => depthwiseConv2d(b, image, { kernel: 3 })), false],
};

describe('limits by caches', () => {
  test.each(Object.entries(decided))('%s decides over its layer', (name, [{ graph, fusion }, other]) => {
    const kernels = (limits: CacheLimits): unknown =>
      planGraph(graph, { ...engines.wide, limits }, fusion).steps.map(({ kernel }) => kernel);
    const usual = kernels(usualLimits);
    expect(planGraph(graph, engines.wide, fusion).steps.map(({ kernel }) => kernel)).toEqual(usual);
    expect(kernels({ ...usualLimits, [name]: other })).not.toEqual(usual);
  });

  test('grow with the caches, and without an alias cost nothing is staged', () => {
    const large = limitsFor({ caches: { first: 48 * 1024, second: 1024 * 1024 }, aliasCost: 1.05 });
    expect(large).toMatchObject({ longRow: 48 * 1024, residentWeights: 1024 * 1024, hasAliases: false });
    for (const [name, limit] of Object.entries(usualLimits))
      if (typeof limit === 'number') expect(large[name as keyof CacheLimits]).toBeGreaterThan(limit);
  });
});

describe('two machines', () => {
  const machine: Machine = {
    gflops: 50,
    aliasCost: 3,
    caches: { first: 32 * 1024, second: 512 * 1024 },
    latencies: { first: 1.2, second: 3.7, beyond: 14 },
  };

  test('are one where nothing is far off, whatever lies behind the caches', () => {
    expect(machineDifference(machine, machine)).toBeUndefined();
    const busy = {
      gflops: 38,
      aliasCost: 2.2,
      caches: { first: 32 * 1024, second: 256 * 1024 },
      latencies: { first: 1.5, second: 5, beyond: 60 },
    };
    expect(machineDifference(machine, busy)).toBeUndefined();
    expect(machineDifference(busy, machine)).toBeUndefined();
  });

  test.each<readonly [string, Partial<Machine>]>([
    ['50 GFLOP/s, here 100', { gflops: 100 }],
    ['50 GFLOP/s, here 20', { gflops: 20 }],
    ['3 times as long for pixels 4 KB apart, here 1.05', { aliasCost: 1.05 }],
    ['512 KB of second-level cache, here 2048', { caches: { first: 32 * 1024, second: 2048 * 1024 } }],
    ['32 KB of first-level cache, here 128', { caches: { first: 128 * 1024, second: 512 * 1024 } }],
    ['3.7 ns from the second-level cache, here 8', { latencies: { first: 1.2, second: 8, beyond: 14 } }],
  ])('are two: %s', (words, other) => {
    expect(machineDifference(machine, { ...machine, ...other })).toBe(words);
  });
});
