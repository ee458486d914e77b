/** @file Depthwise convolutions whose code would grow with their attributes: they loop, and give the same numbers. */
import { GraphBuilder, type Network } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, elementCount, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { chooseEngine } from './engines/choose.js';
import type { EngineName } from './plan/engine.js';
import { compile } from './session.js';

/** Small integers: every sum is exact, so there is one right answer for every engine and order. */
function integers(shape: readonly number[], seed: number): Tensor<'float32'> {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: elementCount(shape) }, () => random.integer(17) - 8);
  return createTensor('float32', shape, data);
}

type Pair = readonly [number, number];

interface Shape {
  readonly batch?: number;
  readonly size: Pair;
  readonly channels: number;
  readonly multiplier?: number;
  readonly kernel: Pair;
  readonly strides?: Pair;
  readonly dilations?: Pair;
  readonly padding?: readonly [top: number, bottom: number, left: number, right: number];
  readonly tail?: 'residual' | 'swish';
  /** Whether it is too large to be written out. Default `true`. */
  readonly isLooped?: boolean;
}

function networkOf(shape: Shape): Network {
  const { batch = 1, size, channels, multiplier = 1, kernel, strides = [1, 1], dilations = [1, 1] } = shape;
  const [top, bottom, left, right] = shape.padding ?? [0, 0, 0, 0];
  const builder = new GraphBuilder('extreme');
  const image = builder.input('image', [batch, ...size, channels]);
  const weight = builder.parameter('weight', [...kernel, channels, multiplier], 'weight');
  const bias = builder.parameter('bias', [channels * multiplier], 'bias');
  const attributes = { strides, dilations, padding: { top, bottom, left, right } };
  let result = builder.node('depthwise-conv2d', [image, weight, bias], attributes);
  if (shape.tail === 'residual') {
    const other = builder.input('other', builder.typeOf(result).shape);
    result = builder.node('relu', [builder.node('add', [result, other], {})], {});
  }
  if (shape.tail === 'swish') result = builder.node('swish', [result], {});
  const graph = builder.build([result]);
  const weights = new Map(graph.parameters.map(({ name, shape: own }, i) => [name, integers(own, i + 2)]));
  return { graph, weights };
}

const shapes: readonly (readonly [string, Shape])[] = [
  [
    'a dilation of 4096',
    {
      size: [3, 9],
      channels: 5,
      kernel: [1, 3],
      dilations: [1, 4096],
      isLooped: false,
      padding: [0, 0, 4096, 4096],
    },
  ],
  [
    'a dilation of 4096 both ways',
    {
      size: [4, 300],
      channels: 3,
      kernel: [3, 3],
      dilations: [4096, 4096],
      isLooped: false,
      padding: [4096, 4096, 4096, 4096],
    },
  ],
  ['a wide window', { size: [2, 700], channels: 6, kernel: [1, 500], padding: [0, 0, 249, 250] }],
  [
    'a wide window and a stride',
    { size: [2, 1200], channels: 9, kernel: [1, 1000], strides: [1, 3], padding: [0, 0, 499, 500] },
  ],
  ['a large square window', { size: [90, 90], channels: 2, kernel: [80, 80], padding: [40, 39, 40, 39] }],
  ['a multiplier of 4096', { size: [2, 3], channels: 2, multiplier: 4096, kernel: [2, 2] }],
  [
    'an odd multiplier of 4095 behind a residual',
    { size: [3, 3], channels: 5, multiplier: 4095, kernel: [2, 2], tail: 'residual' },
  ],
  [
    'a multiplier of 129 in a batch',
    { batch: 3, size: [5, 6], channels: 9, multiplier: 129, kernel: [3, 3], padding: [1, 1, 1, 1] },
  ],
  ['deep padding', { size: [3, 4], channels: 4, kernel: [3, 3], padding: [60, 20, 300, 4000] }],
  [
    'deep padding, a batch and a residual',
    { batch: 2, size: [3, 40], channels: 13, kernel: [2, 9], padding: [6, 2, 900, 90], tail: 'residual' },
  ],
  [
    'a window wider than the image and its padding on one side',
    { size: [1, 40], channels: 3, kernel: [1, 600], padding: [0, 0, 599, 0] },
  ],
];

for (const engine of ['simd128', 'relaxed', 'wide'] as const satisfies readonly EngineName[]) {
  const isHere = await chooseEngine(engine, true).then(
    () => true,
    () => false,
  );
  describe.runIf(isHere)(`looped depthwise on ${engine}`, () => {
    test.each(shapes)('%s', async (_, shape) => {
      const network = networkOf(shape);
      const inputs = new Map(
        network.graph.inputs.map(({ name, shape: own }, i) => [name, integers(own, i + 20)]),
      );
      const session = await compile(network, { engine });
      expect(session.steps.some(({ kernel }) => kernel.includes('_looped__'))).toBe(shape.isLooped ?? true);
      const [result] = session.run(inputs).values();
      const [expected] = (await runReference(network, inputs)).values();
      expect(result!.data.length).toBe(expected!.data.length);
      const wrong = result!.data.findIndex((value, i) => value !== expected!.data[i]);
      expect(wrong, `element ${wrong}`).toBe(-1);
      session.dispose();
    });

    test('values that are no numbers go the same way as in the reference', async () => {
      const network = networkOf({ size: [1, 30], channels: 4, kernel: [1, 700], padding: [0, 0, 400, 400] });
      const weight = network.weights.get('weight') as Tensor<'float32'>;
      weight.data[4] = Infinity;
      const image = integers([1, 1, 30, 4], 5);
      const session = await compile(network, { engine });
      const [expected] = (await runReference(network, new Map([['image', image]]))).values();
      expect([...session.run(image).data]).toEqual([...expected!.data]);
      session.dispose();
    });
  });
}
