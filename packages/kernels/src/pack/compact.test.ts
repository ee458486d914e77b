import { conv2d, depthwiseConv2d, GraphBuilder, initializeWeights, type Network } from '@sepconv/graph';
import {
  createRandom,
  createTensor,
  decodeFloat16,
  encodeFloat16,
  randomTensor,
  type Tensor,
} from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { compile } from '../session.js';
import { emitStandalone } from '../standalone.js';

function network(change: (tensor: Tensor<'float32'>, channels: number) => Float32Array): Network {
  const builder = new GraphBuilder('stored');
  const image = builder.input('image', [1, 8, 8, 3]);
  const first = conv2d(builder, image, { filters: 30, kernel: 3 });
  const graph = builder.build([
    conv2d(builder, depthwiseConv2d(builder, first, { kernel: 3 }), { filters: 19, kernel: 1 }),
  ]);
  const weights = new Map(initializeWeights(graph, 1));
  for (const { name, role, shape } of graph.parameters) {
    if (role !== 'weight') continue;
    const tensor = weights.get(name) as Tensor<'float32'>;
    const channels = shape.at(-1) === 1 ? shape.at(-2)! : shape.at(-1)!;
    weights.set(name, createTensor('float32', shape, change(tensor, channels)));
  }
  return { graph, weights };
}

const random = createRandom(3);
/** Of bytes about a zero point, with a scale for each channel or one for all. */
const ofBytes = (scales: 'channel' | 'tensor', zero: number) =>
  network(({ data }, channels) => {
    const own = Float32Array.from({ length: channels }, () => 0.001 + random.next() / 50);
    return data.map((_, i) => {
      const scale = own[scales === 'channel' ? i % channels : 0] as number;
      return (random.integer(256) - zero) * scale;
    });
  });

const image = randomTensor([1, 8, 8, 3], createRandom(2));

interface Loaded {
  createSession(
    module: WebAssembly.Module,
    weights: Uint8Array,
  ): Promise<{ run(input: Float32Array): Float32Array }>;
}

/** What the files give, and how large their weights are. */
async function loaded(stored: Network): Promise<{ readonly output: Float32Array; readonly bytes: number }> {
  const files = emitStandalone(stored);
  const source = `data:text/javascript,${encodeURIComponent(files.get('model.js') as string)}`;
  const { createSession } = (await import(/* @vite-ignore */ source)) as Loaded;
  const weights = files.get('model.weights') as Uint8Array;
  const module = new WebAssembly.Module(files.get('model.wasm') as Uint8Array<ArrayBuffer>);
  // As it may lie in somebody's memory.
  const unaligned = new Uint8Array(weights.length + 1);
  unaligned.set(weights, 1);
  const output = (await createSession(module, unaligned.subarray(1))).run(image.data).slice();
  return { output, bytes: weights.length };
}

describe('stored weights', () => {
  const real = network(({ data }) => data);
  const realBytes = (emitStandalone(real).get('model.weights') as Uint8Array).length;
  test.each([
    ['of real numbers', real, 1],
    ['of int8 by channel', ofBytes('channel', 128), 0.62],
    ['of uint8 by tensor', ofBytes('tensor', 17), 0.62],
    ['of float16', network(({ data }) => data.map((x) => decodeFloat16(encodeFloat16(x)))), 0.7],
    [
      'with zeros of either sign, infinities and NaN',
      network(({ data }) => data.map((x, i) => [x, -0, 0, Infinity, NaN][i % 97] ?? x)),
      1,
    ],
    ['of zeros', network(({ data }) => data.map(() => 0)), 0.62],
  ])('%s come out to the bit', async (_, stored, share) => {
    const expected = (await compile(stored, { engine: 'simd128' })).run(image).data.slice();
    const { output, bytes } = await loaded(stored);
    expect(output).toEqual(expected);
    expect(bytes / realBytes).toBeLessThanOrEqual(share);
  });
});
