import type { Network } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { readTfjs } from '../test/read-now.js';
import type { TfjsParts } from './tfjs.js';

interface Case {
  readonly size: readonly [height: number, width: number];
  readonly block: readonly [number, number];
  /** Top, bottom, left, right. */
  readonly paddings: readonly number[];
  readonly crops: readonly number[];
  readonly op?: 'Conv2D' | 'DepthwiseConv2dNative';
  readonly padding?: 'SAME' | 'VALID';
  readonly strides?: readonly number[];
  /** Outputs beside `y`. */
  readonly also?: string;
}

/** x → SpaceToBatchND → convolution → bias → ReLU6 → BatchToSpaceND. */
function model(given: Case): TfjsParts {
  const { size, block, paddings, crops, op = 'Conv2D', padding = 'VALID', strides = [1, 1, 1, 1] } = given;
  const random = createRandom(3);
  const floats = (count: number) => Array.from({ length: count }, () => random.next() * 2 - 1);
  const kernel = op === 'Conv2D' ? [3, 3, 2, 3] : [3, 3, 2, 2];
  const channels = op === 'Conv2D' ? 3 : 4;
  const weights = [
    { name: 'w', dtype: 'float32', shape: kernel, data: floats(kernel.reduce((a, b) => a * b)) },
    { name: 'b', dtype: 'float32', shape: [channels], data: floats(channels) },
    { name: 'block', dtype: 'int32', shape: [2], data: block },
    { name: 'paddings', dtype: 'int32', shape: [2, 2], data: paddings },
    { name: 'crops', dtype: 'int32', shape: [2, 2], data: crops },
  ];
  const bytes = weights.flatMap(({ dtype, data }) => {
    const array = dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data);
    return [...new Uint8Array(array.buffer)];
  });
  const dim = [1, ...size, 2].map((extent) => ({ size: String(extent) }));
  const list = (values: readonly number[]) => ({ list: { i: values.map(String) } });
  const window = { strides: list(strides), padding: { s: btoa(padding) } };
  const node = [
    { name: 'x', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim } } } },
    ...weights.map(({ name }) => ({ name, op: 'Const' })),
    { name: 'spaced', op: 'SpaceToBatchND', input: ['x', 'block', 'paddings'] },
    { name: 'conv', op, input: ['spaced', 'w'], attr: window },
    { name: 'bias', op: 'BiasAdd', input: ['conv', 'b'] },
    { name: 'relu', op: 'Relu6', input: ['bias'] },
    { name: 'y', op: 'BatchToSpaceND', input: ['relu', 'block', 'crops'] },
  ];
  const outputs = ['y', ...(given.also === undefined ? [] : [given.also])];
  return {
    model: {
      format: 'graph-model',
      modelTopology: { node },
      signature: { outputs: Object.fromEntries(outputs.map((name) => [name, { name }])) },
      weightsManifest: [{ paths: ['w'], weights: weights.map(({ data: _, ...spec }) => spec) }],
    } as never,
    shards: new Map([['w', Uint8Array.from(bytes)]]),
  };
}

const opsOf = ({ graph }: Network): string[] => graph.nodes.map(({ op }) => op);

/** What is recognized gives what the rearrangements give that are not, because an output lies between them. */
function expectSame(given: Case): Network {
  const { network, outputs } = readTfjs(model(given));
  const spelledOut = readTfjs(model({ ...given, also: 'spaced' }));
  expect(opsOf(spelledOut.network)).toContain('transpose');
  const input = randomTensor([1, ...given.size, 2], createRandom(7));
  const run = (of: Network) => runReference(of, new Map([['x', input]])).get('y');
  expect(run(network)).toEqual(run(spelledOut.network));
  expect(outputs.map(({ name }) => name)).toEqual(['y']);
  return network;
}

describe('a convolution between SpaceToBatchND and BatchToSpaceND', () => {
  test('is a dilated one, padded as TensorFlow pads SAME', () => {
    const network = expectSame({ size: [7, 9], block: [2, 3], paddings: [2, 3, 3, 6], crops: [0, 1, 0, 3] });
    expect(opsOf(network)).toEqual(['conv2d', 'relu6']);
    expect(network.graph.nodes[0]?.attributes).toMatchObject({
      dilations: [2, 3],
      padding: { top: 2, bottom: 2, left: 3, right: 3 },
    });
  });

  test('may be depthwise, or padded itself', () => {
    const op = 'DepthwiseConv2dNative';
    const spaced = { size: [8, 8], block: [2, 2], paddings: [0, 0, 0, 0], crops: [0, 0, 0, 0] } as const;
    expect(opsOf(expectSame({ ...spaced, op }))).toEqual(['depthwise-conv2d', 'relu6']);
    const same = expectSame({ ...spaced, padding: 'SAME' });
    expect(same.graph.nodes[0]?.attributes).toMatchObject({
      padding: { top: 2, bottom: 2, left: 2, right: 2 },
    });
  });

  test('is computed as it stands with strides, and cropped where more goes than was padded', () => {
    const base = { size: [12, 12], block: [2, 2], paddings: [0, 0, 0, 0], crops: [0, 0, 0, 0] } as const;
    expect(opsOf(expectSame({ ...base, strides: [1, 2, 2, 1] }))).toContain('transpose');
    expect(opsOf(expectSame({ ...base, crops: [1, 0, 0, 0] }))).toEqual(['conv2d', 'relu6', 'slice']);
  });

  test('is refused where blocks do not come out even', () => {
    const uneven = { size: [7, 8], block: [2, 2], paddings: [0, 0, 0, 0], crops: [0, 0, 0, 0] } as const;
    expect(() => readTfjs(model(uneven))).toThrow(
      'cuts 1×7×8×2 into blocks of 2×2, which do not come out even',
    );
  });
});
