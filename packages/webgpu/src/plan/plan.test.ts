/** @file What is launched and where it lies, found without a GPU. */
import { drawNetwork } from '@sepconv/conformance';
import { foldBatchNorm, type Graph, GraphBuilder } from '@sepconv/graph';
import { buildNetwork, mobileNetV1, mobileNetV2, networkNames } from '@sepconv/mobilenet';
import { describe, expect, test } from 'vitest';
import { emitKernel } from '../emit/kernel.js';
import { GpuError } from '../errors.js';
import { type GpuPlan, planGraph } from './plan.js';

/** Ranges of the arena that a step binds. */
const boundBy = ({ steps, places }: GpuPlan, step: number) => {
  const { operands, output } = steps[step] as GpuPlan['steps'][number];
  const values = operands.flatMap((operand) => (operand.kind === 'value' ? [operand.value] : []));
  return [...values, output].map((value) => ({
    value,
    ...(places.get(value) as { offset: number; bytes: number }),
  }));
};

/** What is read has been written, and WebGPU refuses a dispatch that binds a range of a writable buffer twice. */
function expectSound(plan: GpuPlan): void {
  const written = new Set(plan.inputs.map(({ name }) => name));
  for (const { operands, output, nodes } of plan.steps) {
    for (const operand of operands)
      if (operand.kind === 'value') expect(written, nodes.join()).toContain(operand.value);
    written.add(output);
  }
  for (const { source } of plan.outputs) if (source.kind === 'value') expect(written).toContain(source.value);
  plan.steps.forEach(({ accesses, operands, workgroups }, step) => {
    expect(accesses.length).toBe(operands.length + 1);
    expect(accesses.length).toBeLessThanOrEqual(8);
    expect(Math.max(...workgroups)).toBeLessThanOrEqual(65535);
    const bound = boundBy(plan, step).sort((a, b) => a.offset - b.offset);
    for (const [index, { offset, bytes, value }] of bound.entries()) {
      expect(offset % 256, value).toBe(0);
      expect(offset + bytes, value).toBeLessThanOrEqual(bound[index + 1]?.offset ?? plan.arenaBytes);
    }
  });
}

describe.each(networkNames)('%s', (name) => {
  test('reads what is written, and binds no range twice', () => expectSound(planGraph(buildNetwork(name))));
});

test('a product that computes a depthwise convolution itself is not taken into the block behind it', () => {
  const plan = planGraph(mobileNetV1({ width: 0.25, resolution: 128 }));
  expectSound(plan);
  expect(plan.steps).toHaveLength(17);
});

test('MobileNetV2 is 33 dispatches, five of them whole inverted residuals', () => {
  const { steps } = planGraph(mobileNetV2());
  expect(steps).toHaveLength(33);
  expect(steps.filter(({ kernel }) => kernel.kind === 'inverted')).toHaveLength(5);
  const names = new Set(steps.flatMap(({ nodes }) => nodes));
  expect(names.has('block_2/depthwise')).toBe(true);
  const shaders = new Set(steps.map(({ kernel, accesses }) => emitKernel(kernel, accesses)));
  expect(shaders.size).toBeLessThanOrEqual(36);
});

test('images of more tiles than a dispatch has along a dimension are rows of them', () => {
  const builder = new GraphBuilder('wide');
  const image = builder.input('image', [1, 1500, 1500, 4]);
  const weight = builder.parameter('w', [1, 1, 4, 1], 'weight');
  const plan = planGraph(builder.build([builder.node('pointwise-conv2d', [image, weight], {})]));
  expectSound(plan);
  const [{ workgroups, kernel }] = plan.steps as readonly [GpuPlan['steps'][number]];
  expect(kernel).toMatchObject({ grid: [70313, 1, 1] });
  expect(workgroups).toEqual([35157, 2, 1]);
});

test('random networks are planned soundly, or refused by name', () => {
  let planned = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const { graph } = foldBatchNorm(drawNetwork(seed).network);
    try {
      expectSound(planGraph(graph));
      planned++;
    } catch (error) {
      if (!(error instanceof GpuError)) throw error;
      expect(error.message).toMatch(/"[^"]+".*GPU computes with/);
    }
  }
  expect(planned).toBeGreaterThan(100);
});

test('what the GPU does not compute with is refused by the name of its node', () => {
  const integers: Graph = {
    name: 'bytes',
    inputs: [{ name: 'image', shape: [1, 2, 2, 4], dtype: 'uint8' }],
    parameters: [],
    nodes: [],
    outputs: ['image'],
  };
  expect(() => planGraph(integers)).toThrow(/"image" is uint8, and the GPU computes with float32 only/);
  const builder = new GraphBuilder('same');
  const a = builder.input('a', [1, 4]);
  const twice = planGraph(builder.build([builder.node('add', [a, a], {})]));
  expect(twice.steps[0]?.operands).toHaveLength(1);
});
