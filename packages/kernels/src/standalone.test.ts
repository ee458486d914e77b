import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GraphBuilder, initializeWeights } from '@sepconv/graph';
import { mobileNetV2 } from '@sepconv/mobilenet';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from './session.js';
import { emitStandalone } from './standalone.js';

interface Loaded {
  createSession(
    module: WebAssembly.Module,
    weights: Uint8Array,
  ): Promise<{
    run(input: Float32Array): Float32Array;
    run(inputs?: Record<string, Float32Array>): Record<string, Float32Array>;
    readonly inputs: Record<string, Float32Array>;
  }>;
}

const graph = mobileNetV2({ resolution: 64, width: 0.35, classes: 10 });
const weights = initializeWeights(graph, 1);
const image = randomTensor([1, 64, 64, 3], createRandom(2));
const files = emitStandalone({ graph, weights }, { name: 'net' });
const wasm = files.get('net.wasm') as Uint8Array<ArrayBuffer>;
const packed = files.get('net.weights') as Uint8Array;

let folder: string;
let loader: Loaded;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sepconv-standalone-'));
  await writeFile(join(folder, 'net.mjs'), files.get('net.js') as string);
  loader = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'net.mjs')).href)) as Loaded;
});
afterAll(() => rm(folder, { recursive: true }));

describe('a network compiled ahead of time', () => {
  test('is four files', () => {
    expect([...files.keys()]).toEqual(['net.wasm', 'net.weights', 'net.js', 'net.d.ts']);
    expect(files.get('net.d.ts')).toMatch(/inputs "\w+" 1×64×64×3; outputs .* 1×10/);
  });

  test('gives the same bits as a session', async () => {
    const session = await compile({ graph, weights }, { engine: 'simd128' });
    const expected = session.run(image).data;
    const standalone = await loader.createSession(new WebAssembly.Module(wasm), packed);
    expect(standalone.run(image.data)).toEqual(expected);
    const [name = ''] = Object.keys(standalone.inputs);
    standalone.inputs[name]?.fill(0);
    const byName = standalone.run({ [name]: image.data });
    expect(byName).toEqual({ [graph.outputs[0] as string]: expected });
    expect(standalone.run()).toEqual(byName);
  });

  test('says what does not fit', async () => {
    const module = new WebAssembly.Module(wasm);
    await expect(loader.createSession(module, packed.subarray(4))).rejects.toThrow(
      `net.weights must have ${packed.length} bytes, but has ${packed.length - 4}`,
    );
    const session = await loader.createSession(module, packed);
    expect(() => session.run(new Float32Array(5))).toThrow(/needs 12288 numbers, not 5/);
    const [name = ''] = Object.keys(session.inputs);
    expect(() => session.run({ [name]: image.data, other: image.data })).toThrow('has no input "other"');
    expect(() => session.run({})).toThrow(`the input "${name}" needs 12288 numbers, not undefined`);
  });

  test('refuses names that are no file names, and the engine that needs a flag', () => {
    expect(() => emitStandalone({ graph, weights }, { name: '../x' })).toThrow(/cannot name files/);
    expect(() => emitStandalone({ graph, weights }, { engine: 'wide' as 'relaxed' })).toThrow(
      /simd128 or relaxed, not on "wide"/,
    );
  });

  test('cannot be broken out of by a hostile network name', () => {
    const hostile = { ...graph, name: '*/ process.exit() /*\n' };
    const source = emitStandalone({ graph: hostile, weights }).get('model.js') as string;
    expect(source.split('\n')[0]).toBe(
      '// "* / process.exit() /*\\n", compiled ahead of time by @sepconv/kernels.',
    );
  });
});

/** What an edge worker offers: a module that it was deployed with may be instantiated, and no bytes compiled. */
const restricted = (): Record<string, unknown> => {
  const refuse = (): never => {
    throw new Error('Wasm code generation disallowed by embedder');
  };
  return {
    WebAssembly: {
      Memory: WebAssembly.Memory,
      compile: refuse,
      compileStreaming: refuse,
      Module: refuse,
      instantiate: (module: unknown, imports: WebAssembly.Imports) =>
        module instanceof WebAssembly.Module ? WebAssembly.instantiate(module, imports) : refuse(),
    },
    URL,
  };
};

// Modules with globals of their own need a flag of Node, so the loader runs as a function with the same globals.
test('a network with several inputs takes them by name', async () => {
  const builder = new GraphBuilder('two');
  const [a, b] = [builder.input('a', [2]), builder.input('length', [2])];
  const two = builder.build([builder.node('add', [a, b], {}, 'sum')]);
  const made = emitStandalone({ graph: two, weights: new Map() }, { name: 'two' });
  expect(made.get('two.d.ts')).toContain(
    'run(inputs?: { readonly "a": ArrayLike<number>; readonly "length": ArrayLike<number> }): Session[\'outputs\'];',
  );
  expect(made.get('two.d.ts')).not.toContain('run(input: ');
  await writeFile(join(folder, 'two.mjs'), made.get('two.js') as string);
  const { createSession } = (await import(
    /* @vite-ignore */ pathToFileURL(join(folder, 'two.mjs')).href
  )) as Loaded;
  const module = new WebAssembly.Module(made.get('two.wasm') as Uint8Array<ArrayBuffer>);
  const session = await createSession(module, made.get('two.weights') as Uint8Array);
  const [x, y] = [Float32Array.of(1, 2), Float32Array.of(10, 20)];
  expect(session.run({ length: y, a: x })).toEqual({ sum: Float32Array.of(11, 22) });
  expect(() => session.run(x)).toThrow('the network has 2 inputs: give their arrays by name');
});

describe('in a runtime that compiles no bytes', () => {
  test('a given module runs', async () => {
    const globals = restricted();
    const source = (files.get('net.js') as string)
      .replaceAll('export ', '')
      .replaceAll('import.meta.url', '""');
    const run = new Function(...Object.keys(globals), `${source}; return createSession;`) as (
      ...globals: unknown[]
    ) => Loaded['createSession'];
    const createSession = run(...Object.values(globals));
    const session = await createSession(new WebAssembly.Module(wasm), packed);
    expect(session.run(image.data)).toHaveLength(10);
    await expect(createSession(wasm as unknown as WebAssembly.Module, packed)).rejects.toThrow(
      /takes a WebAssembly.Module/,
    );
  });
});
