/** @file What aliases cost, learnt from layers that bench/NOTES.md has measured, and predicted for one that it has not learnt from. */
import { fitLatency, predictLatency } from '@sepconv/cost-model';
import { depthwiseConv2d, GraphBuilder } from '@sepconv/graph';
import { engines, planGraph } from '@sepconv/kernels/toolkit';
import { expect, test } from 'vitest';
import { workOf } from './kernel-work.js';

/**
 * 3×3 with a stride of two in `relaxed`: time of a multiply-add over that with 6 % fewer channels, whole cache lines read where they
 * lie, and staged in strips.
 */
const measured = [
  { size: 14, channels: 512, fewer: 480, apart: 1.55, staged: 1.08 },
  { size: 14, channels: 1024, fewer: 960, apart: 1.76, staged: 1.06 },
  { size: 28, channels: 512, fewer: 480, apart: 1.39, staged: 1.05 },
] as const;

/** What aliases make of a layer, on a machine that has them or not. */
function workFor(size: number, channels: number, hasAliases: boolean) {
  const builder = new GraphBuilder('layer');
  const image = builder.input('image', [1, size, size, channels]);
  const graph = builder.build([depthwiseConv2d(builder, image, { kernel: 3, strides: 2 })]);
  const [usual] = [planGraph(graph, engines.relaxed)];
  const unstaged = {
    ...usual,
    steps: usual.steps.map((step) => {
      const { staging, ...kernel } = step.kernel as Extract<typeof step.kernel, { kind: 'depthwise-conv2d' }>;
      return { ...step, kernel: hasAliases ? step.kernel : { ...kernel, pixels: 3, vectors: 8 } };
    }),
  };
  return workOf(unstaged)[0]!;
}

const observations = measured.map(({ size, channels, fewer, apart, staged }) => {
  const of = (count: number, isStaged: boolean, ratio: number) => {
    const work = workFor(size, count, isStaged);
    return { work, milliseconds: (ratio * work.flops) / 2e7 };
  };
  return { fewer: of(fewer, true, 1), apart: of(channels, false, apart), staged: of(channels, true, staged) };
});

const machine = { name: 'any', flopsPerSecond: 1e12, levels: [{ bytes: Infinity, bytesPerSecond: 1e12 }] };

test.each(measured.map((layer, i) => [`${layer.size}×${layer.size}×${layer.channels}`, i] as const))(
  'of %s is predicted from the others',
  (_, index) => {
    const others = observations.filter((__, i) => i !== index);
    const model = fitLatency([...others.flatMap((each) => Object.values(each)), observations[index]!.fewer]);
    for (const { work, milliseconds } of [observations[index]!.apart, observations[index]!.staged]) {
      const isAlias = (name: string): boolean => name.endsWith('aliasedLines') || name.endsWith('staged');
      expect(Object.keys(work.amounts).some(isAlias)).toBe(true);
      expect(Math.abs(predictLatency(model, work, machine) / milliseconds - 1)).toBeLessThan(0.25);
    }
  },
);
