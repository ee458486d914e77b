import { conformanceOps } from '@sepconv/conformance';
import { costOf } from '@sepconv/cost-model';
import { GraphBuilder, type Network } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createTensor, type Tensor, toFloat32, zeros } from '@sepconv/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explain } from './explain.js';
import { compile, type Session } from './session.js';
import { emitStandalone } from './standalone.js';

const stored = { scale: [1 / 64], zeroPoint: [128] };
const weight = createTensor(
  'int8',
  [3, 3, 2, 8],
  Int8Array.from({ length: 144 }, (_, i) => ((i * 37) % 255) - 127),
  { scale: [1 / 128], zeroPoint: [0] },
);

/** A convolution of bytes whose result is returned as bytes and as real numbers. */
function network(): Network {
  const builder = new GraphBuilder('bytes');
  const image = builder.input('image', [1, 6, 5, 2], 'uint8', stored);
  const name = builder.parameter('weight', weight.shape, 'weight', 'int8', weight.quantization);
  const attributes = {
    strides: [1, 1],
    dilations: [1, 1],
    padding: { top: 1, bottom: 1, left: 1, right: 1 },
    groups: 1,
    output: { dtype: 'int8', scale: 1 / 32, zeroPoint: -7 },
  } as const;
  const features = builder.node('quantized-conv2d', [image, name], attributes, 'features');
  const graph = builder.build([features, builder.node('dequantize', [features], {}, 'real')]);
  return { graph, weights: new Map<string, Tensor>([['weight', weight]]) };
}

const { graph, weights } = network();
const image = createTensor(
  'uint8',
  [1, 6, 5, 2],
  Uint8Array.from({ length: 60 }, (_, i) => (i * 91) % 256),
  stored,
);
const expected = runReference({ graph, weights }, image);

describe('a session of bytes', () => {
  test('has views of the types that the network takes and gives', async () => {
    const session = await compile({ graph, weights }, { engine: 'simd128' });
    const result = session.run(image);
    expect(result.data).toEqual(expected.get('features')?.data);
    expect(result).toMatchObject({ dtype: 'int8', quantization: { scale: [1 / 32], zeroPoint: [-7] } });
    expect(session.outputs.get('real')?.data).toEqual(toFloat32(result).data);
    expect(session.inputs.get('image')?.data).toBeInstanceOf(Uint8Array);
    session.inputs.get('image')?.data.set(image.data);
    expect(session.run()).toEqual(expected);
  });

  test('takes integers alone, and refuses other types and other meanings', async () => {
    const session = await compile({ graph, weights }, { engine: 'simd128' });
    expect(session.run(createTensor('uint8', image.shape, image.data)).data).toEqual(
      expected.get('features')?.data,
    );
    expect(() => session.run(zeros('float32', image.shape))).toThrow(
      'the input "image" must be uint8 1×6×5×2, but is float32 1×6×5×2',
    );
    const other = createTensor('uint8', image.shape, image.data, { scale: [1], zeroPoint: [128] });
    expect(() => session.run(other)).toThrow('stands for 1 · (stored − 128), but the network takes');
  });

  test('says what it runs', async () => {
    const session = await compile({ graph, weights }, { engine: 'simd128' });
    expect(explain(session).map(({ nodes, kernel, macs }) => [nodes.join(), kernel, macs])).toEqual([
      ['features', 'qs8_conv2d_4x8__simd128', 6 * 5 * 8 * 18],
      ['real', 'qs8_dequantize__simd128', 0],
    ]);
  });

  test('gives the same bytes whatever the order of units', async () => {
    const session: Session = await compile({ graph, weights }, { engine: 'simd128' });
    session.inputs.get('image')?.data.set(image.data);
    for (const step of session.steps) {
      for (let unit = step.units - 1; unit >= 0; unit--) step.run(unit, unit + 1);
    }
    expect(session.outputs.get('features')?.data).toEqual(expected.get('features')?.data);
  });
});

test('a module made ahead of time has arrays of the same types', () => {
  const files = emitStandalone({ graph, weights }, { name: 'bytes' });
  const types = files.get('bytes.d.ts') as string;
  expect(types).toContain('readonly inputs: { readonly "image": Uint8Array };');
  expect(types).toContain(
    'readonly outputs: { readonly "features": Int8Array; readonly "real": Float32Array };',
  );
  expect(types).toContain('): Int8Array;');
});

test('and gives the same bytes', async () => {
  const files = emitStandalone({ graph, weights }, { name: 'bytes' });
  const source = (files.get('bytes.js') as string)
    .replaceAll('export ', '')
    .replaceAll('import.meta.url', '""');
  const createSession = new Function(`${source}; return createSession;`)() as (
    module: WebAssembly.Module,
    weights: Uint8Array,
  ) => Promise<{ run(input: Uint8Array): Int8Array }>;
  const module = new WebAssembly.Module(files.get('bytes.wasm') as Uint8Array<ArrayBuffer>);
  const session = await createSession(module, files.get('bytes.weights') as Uint8Array);
  expect(session.run(image.data)).toEqual(expected.get('features')?.data);
});

test('a weight that is computed is refused', async () => {
  const builder = new GraphBuilder('computed');
  const input = builder.input('image', [1, 1, 1, 2], 'uint8', stored);
  const computed = builder.input('weight', [1, 1, 2, 1], 'int8');
  const attributes = {
    strides: [1, 1],
    dilations: [1, 1],
    padding: { top: 0, bottom: 0, left: 0, right: 0 },
    groups: 1,
  } as const;
  const node = builder.node('conv-integer', [input, computed], attributes, 'sums');
  await expect(
    compile({ graph: builder.build([node]), weights: new Map() }, { engine: 'simd128' }),
  ).rejects.toThrow(
    'conv-integer "sums": input 1 ("weight") must be a parameter, because the engine packs it once',
  );
});

test('an integer parameter under another shape is a value like any other', async () => {
  const builder = new GraphBuilder('reshaped');
  const input = builder.input('a', [1, 2], 'uint8');
  const numbers = builder.parameter('c', [6], 'constant', 'int8');
  const matrix = builder.node('reshape', [numbers], { shape: [2, 3] });
  const product = builder.build([builder.node('matmul-integer', [input, matrix], {}, 'out')]);
  const constants = new Map<string, Tensor>([
    ['c', createTensor('int8', [6], Int8Array.of(1, -2, 3, 4, 5, -6))],
  ]);
  const session = await compile({ graph: product, weights: constants }, { engine: 'simd128' });
  expect([...session.run(createTensor('uint8', [1, 2], Uint8Array.of(10, 200))).data]).toEqual([
    810, 980, -1170,
  ]);
});

test('a product of two computed matrices counts its multiply-adds', async () => {
  const builder = new GraphBuilder('product');
  const a = builder.input('a', [2, 3, 4], 'uint8');
  const b = builder.input('b', [2, 4, 5], 'int8');
  const product = builder.build([builder.node('matmul-integer', [a, b], {}, 'out')]);
  const session = await compile({ graph: product, weights: new Map() }, { engine: 'simd128' });
  expect(explain(session).map(({ kernel, macs }) => [kernel, macs])).toEqual([
    ['qu8_matmul__scalar', 2 * 3 * 5 * 4],
  ]);
  expect(costOf(product).totals.macs).toBe(2 * 3 * 5 * 4);
});

describe('pairs of integers', () => {
  test('do not reach into the next group, whatever its number of channels', async () => {
    const { classes } = conformanceOps['quantized-conv2d'];
    for (const drawn of fc.sample(classes.odd_groups!, { seed: 1, numRuns: 40 })) {
      const session = await compile(drawn.network, { engine: 'simd128' });
      const result = session.run(drawn.inputs);
      const [name, wanted] = [...runReference(drawn.network, drawn.inputs)][0]!;
      expect(result.get(name)?.data, drawn.label).toEqual(wanted.data);
    }
  });
});

test.each([1, 2, 3, 5, 8, 9, 13])(
  'a depthwise convolution of bytes with %i outputs of each channel',
  async (multiplier) => {
    const channels = 11;
    const builder = new GraphBuilder('multiplied');
    const input = builder.input('image', [2, 5, 6, channels], 'uint8', stored);
    const shape = [3, 3, 1, channels * multiplier];
    const taps = createTensor(
      'int8',
      shape,
      Int8Array.from({ length: 9 * channels * multiplier }, (_, i) => ((i * 41) % 255) - 127),
      { scale: [1 / 128], zeroPoint: [0] },
    );
    const name = builder.parameter('weight', shape, 'weight', 'int8', taps.quantization);
    const attributes = {
      strides: [1, 2],
      dilations: [1, 1],
      padding: { top: 1, bottom: 1, left: 2, right: 0 },
      groups: channels,
      output: { dtype: 'int8', scale: 1 / 32, zeroPoint: -7 },
    } as const;
    const network = {
      graph: builder.build([builder.node('quantized-conv2d', [input, name], attributes, 'features')]),
      weights: new Map<string, Tensor>([['weight', taps]]),
    };
    const bytes = Uint8Array.from({ length: 2 * 5 * 6 * channels }, (_, i) => (i * 91) % 256);
    const image = createTensor('uint8', [2, 5, 6, channels], bytes, stored);
    const session = await compile(network, { engine: 'simd128' });
    expect(session.run(image).data).toEqual(runReference(network, image).get('features')?.data);
  },
);
