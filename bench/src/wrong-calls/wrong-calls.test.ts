/** @file Callers without types: whatever is given, a call gives a result or an error of ours, and nothing else. */

import { readNetwork } from '@sepconv/formats';
import { conv2d, GraphBuilder, initializeWeights, type Network } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { createRandom, imageToTensor, type Random, SepconvError, type Tensor } from '@sepconv/tensor';
import { startTraining } from '@sepconv/train';
import { expect, test } from 'vitest';
import { meantCalls } from './calls.js';
import type { MeantCall } from './meant.js';

/** Of all functions together, and then at least fifty of each; otherwise a few. */
const wholeCount = Number(process.env.SEPCONV_WRONG_CALLS ?? 0);
const leastCount = wholeCount > 0 ? 50 : 8;
const seed = Number(process.env.SEPCONV_FUZZ_SEED ?? 1);

/** What somebody may give by mistake. */
const wrongValues: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => 0,
  () => -1,
  () => 1.5,
  () => Number.NaN,
  () => true,
  () => '',
  () => 'nowhere/model.onnx',
  () => [],
  () => [undefined],
  () => [1, 2, 3],
  () => ({}),
  () => new Map(),
  () => new Uint8Array([0xff, 0xd8, 0xff, 0xe0]),
  () => new Float32Array(3),
  () => () => 1,
  () => Symbol('wrong'),
  () => 7n,
  () => new Date(0),
];

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A copy in which one argument, or one of its fields, is something else; sometimes one argument less. */
function spoilt(meant: readonly unknown[], random: Random): unknown[] {
  const wrong = (): unknown => wrongValues[random.integer(wrongValues.length)]!();
  const given = [...meant];
  if (random.integer(20) === 0) return given.map(wrong);
  if (random.integer(20) === 0) return given.slice(0, random.integer(given.length));
  if (given.length === 0) return [wrong()];
  const at = random.integer(given.length);
  const argument = given[at];
  const keys = isPlain(argument) ? Object.keys(argument) : [];
  if (keys.length > 0 && random.integer(2) === 0) {
    given[at] = { ...(argument as object), [keys[random.integer(keys.length)]!]: wrong() };
  } else given[at] = wrong();
  return given;
}

const show = (value: unknown): string => {
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength} bytes)`;
  const text = JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? `${one}n` : one));
  return (text ?? String(value)).slice(0, 60);
};

/** What came of a call that is neither a result nor an error of ours. */
async function foreignError(
  { name, call }: MeantCall,
  given: readonly unknown[],
): Promise<string | undefined> {
  try {
    await call(...(given as never[]));
    return undefined;
  } catch (error) {
    if (error instanceof SepconvError) return undefined;
    return `${name}(${given.map(show).join(', ')}): ${String(error)}`;
  }
}

test('calls as they are meant do not end in a foreign error', async () => {
  for (const one of meantCalls) expect(await foreignError(one, one.meant())).toBeUndefined();
});

test('calls with wrong arguments end in a result or an error of ours', { timeout: 600_000 }, async () => {
  const random = createRandom(seed);
  // What takes long has fifty, and the others make up for it.
  const slow = meantCalls.filter(({ isSlow }) => isSlow).length;
  const rest = wholeCount - leastCount * slow;
  const runs = Math.max(leastCount, Math.ceil(rest / (meantCalls.length - slow)));
  const failures = new Map<string, string>();
  let count = 0;
  for (const one of meantCalls) {
    for (let i = 0; i < (one.isSlow ? leastCount : runs); i++) {
      const failure = await foreignError(one, spoilt(one.meant(), random));
      if (failure !== undefined) failures.set(`${one.name} ${failure.split('): ').at(-1)}`, failure);
      count++;
    }
  }
  console.log(`${count} wrong calls of ${meantCalls.length} functions and methods, seed ${seed}`);
  expect(count).toBeGreaterThanOrEqual(wholeCount);
  expect([...failures.values()]).toEqual([]);
});

function small(): Network {
  const builder = new GraphBuilder('small');
  const graph = builder.build([conv2d(builder, builder.input('x', [1, 4, 4, 3]), { filters: 2, kernel: 3 })]);
  return { graph, weights: initializeWeights(graph, 1) };
}

test('what people really do wrong is answered with what to do', async () => {
  const { graph, weights } = small();
  const session = await compile({ graph, weights }, { engine: 'simd128' });
  const run = (given: unknown) => () => session.run(given as Tensor);
  expect(run(new Float32Array(48))).toThrow(/a Float32Array|Float32Array.*give createTensor/);
  expect(run(null)).toThrow('a network runs on a tensor');
  await expect(compile(graph as unknown as Network)).rejects.toThrow('which is a graph alone');
  const plain = { graph, weights: Object.fromEntries(weights) } as unknown as Network;
  await expect(compile(plain)).rejects.toThrow('give new Map(Object.entries(weights))');
  const options = (given: object) => compile({ graph, weights }, given);
  await expect(options({ threads: 'x' })).rejects.toThrow('threads must be "auto" or a whole number');
  await expect(options({ fusion: 'yes' })).rejects.toThrow("fusion must be 'auto', 'on' or 'off'");
  const address = 'https://example.org/model.onnx' as unknown as Uint8Array;
  await expect(readNetwork(address)).rejects.toThrow('a file is read from a Uint8Array');
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16);
  await expect(readNetwork(jpeg, { fileName: 'model.onnx' })).rejects.toThrow('this is a JPEG image');
  const element = { width: 4, height: 4, src: 'a.png' } as unknown as ImageData;
  expect(() => imageToTensor(element)).toThrow('read by @sepconv/vision');
  const data = {
    shape: [4, 4, 3] as const,
    pixels: new Uint8Array(96),
    labels: [0, 1],
    classes: ['a', 'b'],
    normalization: { mean: 0, standardDeviation: 1 },
  };
  const optimizer = { kind: 'lion' } as never;
  expect(() => startTraining({ graph }, { training: data }, { optimizer })).toThrow(SepconvError);
});

test('a layer that is refused leaves the builder as it was', () => {
  const builder = new GraphBuilder('again');
  const image = builder.input('x', [1, 4, 4, 3]);
  const wrong = [
    { kernel: 3 },
    { filters: 2, kernel: 3, padding: 'never' },
    { filters: 2, kernel: 3, groups: 2 },
  ];
  for (const options of wrong) {
    expect(() => conv2d(builder, image, { name: 'conv', ...options } as never)).toThrow(SepconvError);
  }
  const graph = builder.build([conv2d(builder, image, { name: 'conv', filters: 2, kernel: 3 })]);
  expect(graph.parameters.map(({ name }) => name)).toEqual(['conv/weight', 'conv/bias']);
});
