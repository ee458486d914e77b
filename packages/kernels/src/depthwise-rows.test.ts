/** @file Depthwise kernels that compute several output rows at once, on images whose rows do not come out even, or that copy strips of channels into scratch. */
import { depthwiseConv2d, GraphBuilder, type Network, type Padding } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, elementCount, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { chooseEngine } from './engines/choose.js';
import { type EngineName, engines } from './plan/engine.js';
import { planNetwork } from './plan/plan.js';
import { compile } from './session.js';

/** Small integers: every sum is exact, so there is one right answer for every engine and order. */
function integers(shape: readonly number[], seed: number): Tensor<'float32'> {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: elementCount(shape) }, () => random.integer(17) - 8);
  return createTensor('float32', shape, data);
}

interface Shape {
  readonly batch?: number;
  readonly size: readonly [height: number, width: number];
  readonly channels: number;
  readonly kernel: readonly [height: number, width: number];
  readonly strides?: number;
  readonly dilations?: readonly [number, number];
  readonly padding?: Padding | 'valid';
  readonly hasResidual?: boolean;
}

function networkOf({ batch = 1, size, channels, hasResidual = false, ...options }: Shape): Network {
  const builder = new GraphBuilder('rows');
  const image = builder.input('image', [batch, ...size, channels]);
  const filtered = depthwiseConv2d(builder, image, options);
  const graph = builder.build([hasResidual ? builder.node('add', [filtered, image], {}, 'sum') : filtered]);
  const weights = new Map(graph.parameters.map(({ name, shape }, i) => [name, integers(shape, i + 2)]));
  return { graph, weights };
}

const shapes: readonly (readonly [string, Shape])[] = [
  ['an even number of rows', { size: [16, 9], channels: 1001, kernel: [3, 3] }],
  ['an odd number of rows', { size: [19, 9], channels: 1001, kernel: [3, 3] }],
  [
    'a residual on an odd number of rows',
    { size: [21, 8], channels: 1024, kernel: [3, 3], hasResidual: true },
  ],
  ['a batch of odd images', { batch: 3, size: [19, 45], channels: 200, kernel: [3, 3] }],
  ['a window of two rows', { size: [23, 7], channels: 1200, kernel: [2, 3] }],
  ['a tall window', { size: [28, 7], channels: 16, kernel: [7, 1] }],
  ['a tall window on rows that are left over', { size: [7, 5], channels: 5, kernel: [5, 1] }],
  ['a tall window taller than the image', { size: [13, 4], channels: 8, kernel: [31, 1] }],
  ['a tall window with a stride', { size: [31, 6], channels: 8, kernel: [5, 1], strides: 2 }],
  [
    'a tall window, a batch and a residual',
    { batch: 2, size: [11, 3], channels: 4, kernel: [3, 1], hasResidual: true },
  ],
];

/** Pixels 2 KB or a multiple of it apart. */
const stagedShapes: readonly (readonly [string, Shape])[] = [
  ['one strip after the other', { size: [7, 7], channels: 1024, kernel: [3, 3] }],
  [
    'a batch, a residual and rows of several blocks',
    { batch: 2, size: [5, 17], channels: 512, kernel: [3, 3], hasResidual: true },
  ],
  ['an image lower than the window', { size: [2, 9], channels: 512, kernel: [5, 3] }],
  ['an image of one row and one column', { size: [1, 1], channels: 512, kernel: [3, 3] }],
  ['a window without padding', { size: [6, 8], channels: 512, kernel: [3, 2], padding: 'valid' }],
  [
    'more padding than the window needs',
    { size: [4, 5], channels: 512, kernel: [3, 3], padding: { top: 3, bottom: 4, left: 2, right: 5 } },
  ],
  ['a dilated window', { size: [9, 11], channels: 1536, kernel: [3, 3], dilations: [3, 2] }],
  ['a stride of two', { batch: 2, size: [9, 8], channels: 512, kernel: [3, 3], strides: 2 }],
  ['a stride of two and pixels 4 KB apart', { size: [14, 14], channels: 1024, kernel: [3, 3], strides: 2 }],
  ['a large window with a stride', { size: [11, 13], channels: 512, kernel: [5, 5], strides: 3 }],
];

/** The same distance, where each pixel is read once, or the window's rows are a loop. */
const unstagedShapes: readonly (readonly [string, Shape])[] = [
  ['a window too large to be written out', { size: [9, 9], channels: 512, kernel: [9, 9], strides: 2 }],
  ['a window as wide as its stride', { size: [8, 8], channels: 512, kernel: [2, 2], strides: 2 }],
  ['a window of one row', { size: [5, 9], channels: 1024, kernel: [1, 3] }],
];

for (const engine of ['simd128', 'relaxed', 'wide'] as const satisfies readonly EngineName[]) {
  const isHere = await chooseEngine(engine, true).then(
    () => true,
    () => false,
  );
  describe.runIf(isHere)(`depthwise rows on ${engine}`, () => {
    test.each([...shapes, ...stagedShapes, ...unstagedShapes])('%s', async (_, shape) => {
      const { graph, weights } = networkOf(shape);
      const [batch, height, width, channels] = graph.inputs[0]!.shape as [number, number, number, number];
      const image = integers([batch, height, width, channels], 1);
      const results = runReference({ graph, weights }, new Map([['image', image]]));
      const expected = results.get(graph.outputs[0]!)!.data as Float32Array;
      // Comparing whole arrays in one go takes the matcher seconds.
      const firstDifference = (): number => expected.findIndex((value, i) => !(output.data[i] === value));
      const session = await compile({ graph, weights }, { engine });
      const output = session.run(image);
      expect(output.data).toHaveLength(expected.length);
      expect(firstDifference()).toBe(-1);
      // Units may run one by one and in any order.
      output.data.fill(0);
      for (const step of session.steps) {
        for (let unit = step.units - 1; unit >= 0; unit--) step.run(unit, unit + 1);
      }
      expect(firstDifference()).toBe(-1);
    });

    test.each(stagedShapes)('%s is staged', (_, shape) => {
      const [step] = planNetwork(networkOf(shape), engines[engine], 'off').steps;
      const channels = shape.channels % 1024 === 0 ? 128 : 64;
      expect(step?.kernel).toMatchObject({ kind: 'depthwise-conv2d', staging: { channels } });
    });

    test.each(unstagedShapes)('%s is not', (_, shape) => {
      const [step] = planNetwork(networkOf(shape), engines[engine], 'off').steps;
      expect(step?.kernel).not.toHaveProperty('staging');
    });
  });
}
