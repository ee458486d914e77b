import {
  batchNorm,
  conv2d,
  dense,
  depthwiseConv2d,
  type Graph,
  GraphBuilder,
  pointwiseConv2d,
} from '@sepconv/graph';
import { describe, expect, test } from 'vitest';
import { CostError } from '../errors.js';
import { peakMemory } from './peak-memory.js';
import { graphSchedule } from './schedule.js';

/** An inverted residual of MobileNetV2 on 16×16×8 with six times the channels, and a classifier behind it. */
function inverted({ stride = 1 } = {}): Graph {
  const builder = new GraphBuilder('inverted');
  const image = builder.input('image', [1, 16, 16, 8]);
  const expand = pointwiseConv2d(builder, image, { name: 'expand', filters: 48, bias: false });
  const active = builder.node(
    'relu6',
    [batchNorm(builder, expand, { name: 'expand-norm' })],
    {},
    'expand-relu6',
  );
  const depthwise = depthwiseConv2d(builder, active, { name: 'depthwise', kernel: 3, strides: stride });
  const project = pointwiseConv2d(builder, depthwise, { name: 'project', filters: 8 });
  const sum = stride === 1 ? builder.node('add', [project, image], {}, 'add') : project;
  const pooled = builder.node('global-average-pool2d', [sum], {}, 'pool');
  return builder.build([dense(builder, pooled, { name: 'logits', filters: 10 })]);
}

const pixels = 16 * 16;

describe('graphSchedule', () => {
  test('does activations and additions in the store of the step before, and folded norms and views nowhere', () => {
    expect(graphSchedule(inverted()).steps).toEqual([
      {
        nodes: ['expand', 'expand-relu6'],
        reads: ['image'],
        output: 'expand-relu6',
        outputBytes: 4 * pixels * 48,
        scratchBytes: 0,
      },
      {
        nodes: ['depthwise'],
        reads: ['expand-relu6'],
        output: 'depthwise',
        outputBytes: 4 * pixels * 48,
        scratchBytes: 0,
      },
      {
        nodes: ['project', 'add'],
        reads: ['depthwise', 'image'],
        output: 'add',
        outputBytes: 4 * pixels * 8,
        scratchBytes: 0,
      },
      { nodes: ['pool'], reads: ['add'], output: 'pool', outputBytes: 32, scratchBytes: 0 },
      { nodes: ['logits'], reads: ['pool'], output: 'logits', outputBytes: 40, scratchBytes: 0 },
    ]);
  });

  test('gives every node its own step without fusing', () => {
    const { steps } = graphSchedule(inverted(), { fuse: false });
    expect(steps.map(({ nodes }) => nodes)).toEqual(
      ['expand', 'expand-norm', 'expand-relu6', 'depthwise', 'project', 'add', 'pool', 'logits'].map((n) => [
        n,
      ]),
    );
  });

  test('does not join what somebody else reads, or what is added to itself', () => {
    const builder = new GraphBuilder('shared');
    const image = builder.input('image', [1, 4, 4, 2]);
    const conv = pointwiseConv2d(builder, image, { name: 'conv', filters: 2 });
    const active = builder.node('relu', [conv], {}, 'relu');
    const twice = builder.node('add', [conv, conv], {}, 'twice');
    const { steps } = graphSchedule(builder.build([active, twice]));
    expect(steps.map(({ nodes }) => nodes)).toEqual([['conv'], ['relu'], ['twice']]);
  });
});

describe('peakMemory', () => {
  test('finds the peak, what is alive there, and the arena', () => {
    const { arenaBytes, lowerBoundBytes, peak, timeline } = peakMemory(inverted());
    // The image waits for the addition while both expanded images live.
    const bytes = 4 * pixels * (8 + 48 + 48);
    expect(peak).toEqual({
      step: 1,
      nodes: ['depthwise'],
      bytes,
      live: [
        { value: 'expand-relu6', bytes: 4 * pixels * 48 },
        { value: 'depthwise', bytes: 4 * pixels * 48 },
        { value: 'image', bytes: 4 * pixels * 8 },
      ],
    });
    expect({ arenaBytes, lowerBoundBytes }).toEqual({ arenaBytes: bytes, lowerBoundBytes: bytes });
    expect(timeline.map((moment) => moment.bytes)).toEqual([
      4 * pixels * (8 + 48),
      bytes,
      4 * pixels * (8 + 48 + 8),
      4 * pixels * 8 + 32,
      32 + 40,
    ]);
  });

  test('keeps weights apart; int8 has a byte for a weight and four for a bias', () => {
    const weights = 8 * 48 + 9 * 48 + 48 * 8 + 8 * 10;
    const biases = 48 + 48 + 8 + 10;
    expect(peakMemory(inverted()).weightBytes).toBe(4 * (weights + biases));
    const int8 = peakMemory(inverted(), { type: 'int8' });
    expect(int8.weightBytes).toBe(weights + 4 * biases);
    expect(int8.arenaBytes).toBe(pixels * (8 + 48 + 48));
  });

  test('a depthwise convolution in place needs one channel of scratch', () => {
    const { arenaBytes, inPlace, peak } = peakMemory(inverted(), { inPlaceDepthwise: true });
    expect(inPlace).toEqual(['depthwise']);
    // Then the projection beside its input is the peak.
    expect(peak.nodes).toEqual(['project', 'add']);
    expect(arenaBytes).toBe(4 * pixels * (8 + 48 + 8));
  });

  test('a strided one too, and what it leaves is free for the next step', () => {
    const { arenaBytes, timeline } = peakMemory(inverted({ stride: 2 }), { inPlaceDepthwise: true });
    expect(timeline[1]?.bytes).toBe(4 * (pixels * 48 + 64));
    expect(timeline[2]?.bytes).toBe(4 * (64 * 48 + 64 * 8));
    expect(arenaBytes).toBe(4 * pixels * (8 + 48));
  });

  test('nothing is in place where the input is read again or channels multiply', () => {
    const builder = new GraphBuilder('again');
    const image = builder.input('image', [1, 8, 8, 4]);
    const first = depthwiseConv2d(builder, image, { name: 'first', kernel: 3 });
    const sum = builder.node('mul', [first, image], {}, 'mul');
    const graph = builder.build([depthwiseConv2d(builder, sum, { name: 'more', kernel: 3, multiplier: 2 })]);
    expect(peakMemory(graph, { inPlaceDepthwise: true }).inPlace).toEqual([]);
  });

  test('takes an engine plan as data: alignment, scratch, steps of several nodes', () => {
    const graph = inverted();
    const schedule = {
      inputs: [{ value: 'image', bytes: 4 * pixels * 8 }],
      steps: [
        {
          nodes: ['expand', 'depthwise', 'project', 'add'],
          reads: ['image'],
          output: 'add',
          outputBytes: 8192,
          scratchBytes: 100,
        },
        { nodes: ['pool'], reads: ['add'], output: 'pool', outputBytes: 32, scratchBytes: 0 },
      ],
      outputs: ['pool'],
      alignment: 64,
    };
    const { arenaBytes, peak } = peakMemory(graph, { schedule });
    expect(arenaBytes).toBe(8192 + 8192 + 128);
    expect(peak.live.at(-1)).toEqual({ value: 'scratch', bytes: 100 });
    // The depthwise step lies inside another: its image never exists as a whole, so there is nothing to overwrite.
    expect(peakMemory(graph, { schedule, inPlaceDepthwise: true }).inPlace).toEqual([]);
  });

  test('an empty network needs its input', () => {
    const builder = new GraphBuilder('identity');
    const { arenaBytes, peak } = peakMemory(builder.build([builder.input('image', [1, 2, 2, 1])]));
    expect({ arenaBytes, peak: peak.bytes }).toEqual({ arenaBytes: 16, peak: 16 });
  });
});

/** Two 3×3 convolutions on 32×32, the second strided, and a classifier. */
function early(between = (_: GraphBuilder, value: string): string => value): Graph {
  const builder = new GraphBuilder('early');
  const image = builder.input('image', [1, 32, 32, 3]);
  const first = conv2d(builder, image, { name: 'first', filters: 16, kernel: 3, padding: 1 });
  const second = conv2d(builder, between(builder, first), {
    name: 'second',
    filters: 4,
    kernel: 3,
    strides: 2,
    padding: 1,
  });
  const pooled = builder.node('global-average-pool2d', [second], {}, 'pool');
  return builder.build([dense(builder, pooled, { name: 'logits', filters: 10 })]);
}

describe('patches of the first stage', () => {
  test.each([
    ['an activation', (builder: GraphBuilder, x: string) => builder.node('tanh', [x], {})],
    [
      'a root',
      (builder: GraphBuilder, x: string) => builder.node('sqrt', [builder.node('abs', [x], {})], {}),
    ],
    [
      'slopes',
      (builder: GraphBuilder, x: string) =>
        builder.node('prelu', [x, builder.parameter('slopes', [16], 'weight')], {}),
    ],
  ] as const)('go through %s as through nothing', (_, between) => {
    const { patches } = peakMemory(early(between), { patches: 2 });
    expect(patches).toEqual(peakMemory(early(), { patches: 2 }).patches);
  });

  test('need of a row that is stretched over an image a part of that row', () => {
    const builder = new GraphBuilder('stretched');
    const image = builder.input('image', [1, 32, 32, 4]);
    const row = builder.input('row', [1, 1, 32, 4]);
    const graph = builder.build([builder.node('mul', [image, row], {}, 'product')]);
    const { peak } = peakMemory(graph, { patches: 2, keepInput: false });
    expect(peak.live).toEqual([
      { value: 'product', bytes: 4 * 32 * 32 * 4 },
      { value: 'image', bytes: 4 * 16 * 16 * 4 },
      { value: 'row', bytes: 4 * 16 * 4 },
    ]);
  });

  test('need a part of the early tensors and all of the last', () => {
    const { patches, timeline, arenaBytes } = peakMemory(early(), { type: 'int8', patches: 2 });
    // A quarter of the second's 16×16 is 8×8; it reads 17 rows of the first, of which one is in the padding or not.
    const output = 16 * 16 * 4;
    expect(patches).toMatchObject({ grid: 2, until: 'second' });
    expect(timeline[1]?.bytes).toBe(32 * 32 * 3 + 17 * 17 * 16 + output);
    expect(arenaBytes).toBeLessThan(peakMemory(early(), { type: 'int8' }).arenaBytes / 2);
  });

  test('need less where the image comes piece by piece', () => {
    const { timeline } = peakMemory(early(), { type: 'int8', patches: 2, keepInput: false });
    // 17 rows of the first read 18 of the image, where the image has them.
    expect(timeline[0]?.bytes).toBe(18 * 18 * 3 + 17 * 17 * 16 + 16 * 16 * 4);
  });

  test('say how much is computed twice', () => {
    const { patches } = peakMemory(early(), { patches: 2 });
    const first = 32 * 32 * 16 * 9 * 3;
    const rest = 16 * 16 * 4 * 9 * 16 + 40;
    // Rows of the first that the cells need: 16 and 17 of 32.
    const twice = (33 * 33) / (32 * 32);
    expect(patches?.macsFactor).toBeCloseTo((first * twice + rest) / (first + rest), 10);
  });

  test('go together with depthwise convolutions in place', () => {
    const both = peakMemory(inverted({ stride: 2 }), { type: 'int8', patches: 2, inPlaceDepthwise: true });
    const apart = peakMemory(inverted({ stride: 2 }), { type: 'int8', patches: 2 });
    expect(both.arenaBytes).toBeLessThan(apart.arenaBytes);
  });

  test.each([
    [1, 'must be an integer of at least 2, not 1'],
    [2.5, 'must be an integer of at least 2, not 2.5'],
    [64, '"early" has no first stage that could run in 64×64 patches'],
  ])('%d is refused', (patches, message) => {
    const predict = () => peakMemory(early(), { patches });
    expect(predict).toThrow(CostError);
    expect(predict).toThrow(message);
  });

  test("are not for an engine's plan", () => {
    const predict = () => peakMemory(early(), { patches: 2, schedule: graphSchedule(early()) });
    expect(predict).toThrow("patches need the graph's own schedule");
  });
});

describe('long and wide networks', () => {
  const chains: Record<string, (builder: GraphBuilder, x: string) => string> = {
    relu: (builder, x) => builder.node('relu', [x], {}),
    pool: (builder, x) => {
      const padding = { top: 1, bottom: 1, left: 1, right: 1 };
      const attributes = { window: [3, 3], strides: [1, 1], dilations: [1, 1], padding } as const;
      return builder.node('max-pool2d', [x], attributes);
    },
    'convolution and BatchNorm': (builder, x) =>
      batchNorm(builder, pointwiseConv2d(builder, x, { filters: 4, bias: false })),
  };

  // Comparing all lifetimes with one another took 73 s for 80,000.
  test.each([
    ['relu', 80_000],
    ['pool', 10_000],
    ['convolution and BatchNorm', 5_000],
  ] as const)('a chain of %s, %i layers long, soon needs two values', { timeout: 60_000 }, (kind, count) => {
    const builder = new GraphBuilder('chain');
    let value = builder.input('x', [1, 4, 4, 4]);
    for (let i = 0; i < count; i++) value = chains[kind]!(builder, value);
    const { arenaBytes, timeline, peak } = peakMemory(builder.build([value]));
    expect(timeline).toHaveLength(count);
    expect([arenaBytes, peak.bytes]).toEqual([2 * 256, 2 * 256]);
    // In order, at the end, and back at the start.
    expect(timeline.every(({ live }) => live.length === 2)).toBe(true);
    expect(timeline.at(-1)?.live.length).toBe(2);
    expect(timeline[0]?.live[0]).toEqual({ value: 'x', bytes: 256 });
  });

  test('values that all wait for one step are listed for the steps that somebody asks about', () => {
    const count = 1000;
    const steps = Array.from({ length: count }, (_, i) => ({
      nodes: [`n${i}`],
      reads: ['x'],
      output: `v${i}`,
      outputBytes: 16,
      scratchBytes: 0,
    }));
    const all = { ...steps[0]!, nodes: ['all'], reads: steps.map(({ output }) => output), output: 'y' };
    const schedule = {
      inputs: [{ value: 'x', bytes: 16 }],
      steps: [...steps, all],
      outputs: ['y'],
      alignment: 16,
    };
    const { peak, timeline } = peakMemory(inverted(), { schedule });
    expect(peak.bytes).toBe(16 * (count + 1));
    expect([900, 10, 11, count].map((step) => timeline[step]?.live.length)).toEqual([902, 12, 13, count + 1]);
    expect(timeline.every(({ bytes, step }) => bytes === 16 * Math.min(step + 2, count + 1))).toBe(true);
  });
});
