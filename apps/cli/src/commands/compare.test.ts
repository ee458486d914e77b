import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readNetwork } from '@sepconv/formats';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { conv2d, GraphBuilder, initializeWeights } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, randomTensor, type Tensor, transposeTensor } from '@sepconv/tensor';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpy, writeNpy } from '../compare/npy.js';
import { sepconv, sepconvJson, tooWide } from '../testing/terminal.js';

let folder: string;
let model: string;
/** What a faultless runtime computes, in the file's order of dimensions. */
let values: Map<string, Tensor<'float32'>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sepconv-compare-'));
  const builder = new GraphBuilder('tiny');
  const image = builder.input('image', [1, 6, 5, 3]);
  const first = conv2d(builder, image, { name: 'first', filters: 4, kernel: 3 });
  const active = builder.node('relu', [first], {}, 'block/active');
  const second = conv2d(builder, active, { name: 'second', filters: 2, kernel: 1 });
  const graph = builder.build([builder.node('sigmoid', [second], {}, 'out')]);
  const bytes = await writeOnnx({ graph, weights: initializeWeights(graph, 3) });
  model = join(folder, 'tiny.onnx');
  await writeFile(model, bytes);
  const imported = await readNetwork(bytes);
  const input = randomTensor([1, 6, 5, 3], createRandom(1));
  const { network } = imported;
  const outputs = network.graph.nodes.map((node) => node.outputs[0] as string);
  const results = runReference({ ...network, graph: { ...network.graph, outputs } }, input);
  const all = new Map<string, Tensor>([...results, [network.graph.inputs[0]?.name ?? '', input]]);
  values = new Map(
    [...imported.values].map(([fileName, { name, fileAxes = [] }]) => {
      const tensor = all.get(name) as Tensor<'float32'>;
      const back = fileAxes.map((_, axis) => fileAxes.indexOf(axis));
      return [fileName, back.length === 0 ? tensor : transposeTensor(tensor, back)];
    }),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Changes = Readonly<Record<string, (value: number, i: number) => number>>;

/** The dump as files by name, with some values changed. */
function files(changes: Changes = {}): Record<string, Uint8Array> {
  return Object.fromEntries(
    [...values].map(([name, { shape, data }]) => {
      const change = changes[name] ?? ((value: number) => value);
      return [`${name}.npy`, writeNpy({ shape, data: data.map(change) })];
    }),
  );
}

async function dumpFolder(name: string, changes?: Changes): Promise<string> {
  const path = join(folder, name);
  for (const [file, bytes] of Object.entries(files(changes))) {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), bytes);
  }
  return path;
}

interface Json {
  readonly ok: boolean;
  readonly first: { readonly fileName: string } | null;
  readonly culprit: { readonly fileName: string } | null;
  readonly values: readonly { readonly fileName: string; readonly op: string; readonly relative: number }[];
}
const compare = (dump: string, ...more: readonly string[]) => ['compare', model, '--against', dump, ...more];

/** The names of the values that a failing comparison prints. */
async function failing(dump: string): Promise<Json> {
  const { code, stdout } = await sepconv([...compare(dump), '--json']);
  expect(code).toBe(1);
  return JSON.parse(stdout) as Json;
}

describe('compare', () => {
  it.each([
    ['a folder', () => dumpFolder('same')],
    [
      'a ZIP',
      async () => {
        const path = join(folder, 'same.npz');
        await writeFile(path, zipSync(files()));
        return path;
      },
    ],
    [
      'JSON',
      async () => {
        const path = join(folder, 'same.json');
        const entries = [...values].map(([name, { shape, data }]) => [name, { shape, data: [...data] }]);
        await writeFile(path, JSON.stringify(Object.fromEntries(entries)));
        return path;
      },
    ],
  ])('finds every value of %s the same, in the order of the network', async (_, write) => {
    const report = (await sepconvJson([...compare(await write()), '--json'])) as Json;
    expect(report).toMatchObject({ ok: true, first: null, culprit: null, notInDump: 0, notInNetwork: 0 });
    expect(report.values.map(({ op }) => op)).toEqual(['conv2d', 'relu', 'pointwise-conv2d', 'sigmoid']);
    for (const { relative } of report.values) expect(relative).toBeLessThan(1e-5);
  });

  it('names the first value that differs, and that its own ops compute something else', async () => {
    const name = [...values.keys()].find((value) => value.includes('active')) as string;
    const dump = await dumpFolder('other', { [name]: (value, i) => (i === 7 ? value + 0.5 : value) });
    const report = await failing(dump);
    expect(report.first?.fileName).toBe(name);
    expect(report.culprit?.fileName).toBe(name);
    const { stdout, stderr } = await sepconv(compare(dump));
    expect(stdout).toContain("from the dump's own numbers");
    expect(stderr).toContain(`the first "${name}"`);
    expect(tooWide(stdout)).toEqual([]);
  });

  it('tells differences that come in from those that ops make', async () => {
    const [, first] = [...values.keys()];
    const output = [...values.keys()].at(-1) as string;
    // Another runtime's first convolution was off, and everything behind it follows from that.
    const off = values.get(first as string) as Tensor<'float32'>;
    const moved = createTensor(
      'float32',
      off.shape,
      off.data.map((value) => value + 0.3),
    );
    const { network, values: places } = await readNetwork(await readFile(model));
    const start = places.get(first as string);
    const graph = network.graph;
    const rest = graph.nodes.slice(1);
    const turned = transposeTensor(moved, start?.fileAxes ?? []);
    const results = runReference(
      {
        graph: {
          ...graph,
          inputs: [{ name: start?.name ?? '', shape: turned.shape, dtype: 'float32' }],
          nodes: rest,
          outputs: rest.map((node) => node.outputs[0] as string),
        },
        weights: network.weights,
      },
      turned,
    );
    const changes: Record<string, (value: number, i: number) => number> = {
      [first as string]: (_, i) => moved.data[i] as number,
    };
    for (const [fileName, { name, fileAxes = [] }] of places) {
      const result = results.get(name) as Tensor<'float32'> | undefined;
      if (result === undefined) continue;
      const back = transposeTensor(
        result,
        fileAxes.map((_, axis) => fileAxes.indexOf(axis)),
      );
      changes[fileName] = (_, i) => back.data[i] as number;
    }
    const report = await failing(await dumpFolder('follows', changes));
    expect(report.first?.fileName).toBe(first);
    expect(report.culprit?.fileName).toBe(first);
    const later = report.values.find(({ fileName }) => fileName === output);
    expect(later?.relative).toBeGreaterThan(1e-4);
  });

  it('is content with a tolerance that covers the difference', async () => {
    const output = [...values.keys()].at(-1) as string;
    const dump = await dumpFolder('near', { [output]: (value) => value + 1e-3 });
    expect((await sepconv(compare(dump, '--tolerance', '0.1'))).code).toBe(0);
    expect((await sepconv(compare(dump))).code).toBe(1);
  });

  it.each<[string, (path: string) => Promise<unknown>, RegExp]>([
    ['nothing there', async () => {}, /cannot be read: there is no such file/],
    ['an empty folder', (path) => mkdir(path), /has no \.npy file in it/],
    ['no dump at all', (path) => writeFile(path, 'text'), /neither a folder, a ZIP nor JSON/],
    ['a list', (path) => writeFile(path, '[1]'), /must be an object/],
    ['a value without a shape', (path) => writeFile(path, '{"image": [1]}'), /must have a shape/],
    ['a cut ZIP', (path) => writeFile(path, zipSync(files()).subarray(0, 90)), /damaged ZIP/],
    [
      'no input',
      async (path) => {
        const { 'image.npy': _, ...rest } = files();
        await writeFile(path, zipSync(rest));
      },
      /has no numbers for the input "image"/,
    ],
    [
      'nothing but the input',
      (path) => writeFile(path, zipSync({ 'image.npy': files()['image.npy'] as Uint8Array })),
      /none of the dump's 1 values has the name/,
    ],
    [
      'an input of another shape',
      (path) =>
        writeFile(path, zipSync({ ...files(), 'image.npy': writeNpy({ shape: [1, 3], data: [1, 2, 3] }) })),
      /are 1×3, but the network takes 1×6×5×3/,
    ],
    [
      'a value of another shape',
      (path) => {
        const name = `${[...values.keys()].at(-1)}.npy`;
        return writeFile(path, zipSync({ ...files(), [name]: writeNpy({ shape: [2], data: [1, 2] }) }));
      },
      /is 2 in the dump, but the network gives/,
    ],
  ])('refuses a dump of %s in one sentence', async (what, write, message) => {
    const path = join(folder, what.replaceAll(' ', '-'));
    await write(path);
    const { code, stderr } = await sepconv(compare(path));
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('.npy', () => {
  const python = (() => {
    try {
      execFileSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  })();

  it.skipIf(!python)(`of numpy is read${python ? '' : ' (skipped: no numpy here)'}`, async () => {
    const script = `
import numpy as np, sys
a = (np.arange(24).reshape(2, 3, 4) - 5)
for t in 'f2 f4 f8 i1 i2 i4 i8'.split():
    np.save(sys.argv[1] + '/' + t + '.npy', a.astype(t))
np.save(sys.argv[1] + '/fortran.npy', np.asfortranarray(a.astype('f4')))
`;
    execFileSync('python3', ['-c', script, folder]);
    for (const name of 'f2 f4 f8 i1 i2 i4 i8 fortran'.split(' ')) {
      const { shape, data } = readNpy(await readFile(join(folder, `${name}.npy`)), name);
      expect(shape).toEqual([2, 3, 4]);
      expect([...data]).toEqual(Array.from({ length: 24 }, (_, i) => i - 5));
    }
  });

  it('is read as it was written, whatever its rank', () => {
    for (const shape of [[], [3], [1, 3], [2, 1, 2]]) {
      const data = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i / 4);
      const bytes = writeNpy({ shape, data });
      expect(bytes.length % 4).toBe(0);
      expect(readNpy(bytes, 'x')).toMatchObject({ shape, data: Float64Array.from(data) });
    }
  });

  it.each([
    ['cut off in its numbers', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1), /3 numbers need/],
    ['cut off in its header', (bytes: Uint8Array) => bytes.subarray(0, 40), /its header needs/],
    ['of another kind', (bytes: Uint8Array) => bytes.subarray(1), /does not begin as one/],
    ['of objects', (bytes: Uint8Array) => replaced(bytes, '<f4', '|O8'), /elements of the type "\|O8"/],
    ['of another order of bytes', (bytes: Uint8Array) => replaced(bytes, '<f4', '>f4'), /of the type ">f4"/],
    ['without a shape', (bytes: Uint8Array) => replaced(bytes, "'shape'", "'shade'"), /no shape/],
    ['of a huge shape', (bytes: Uint8Array) => replaced(bytes, '(3,)', '(99)'), /99 numbers need/],
  ])('%s is refused', (_, damage, message) => {
    expect(() => readNpy(damage(writeNpy({ shape: [3], data: [1, 2, 3] })), 'x')).toThrow(message);
  });
});

/** The bytes with one text in place of another of the same length. */
function replaced(bytes: Uint8Array, text: string, other: string): Uint8Array {
  const copy = bytes.slice();
  const at = Buffer.from(bytes).indexOf(text);
  copy.set(Buffer.from(other), at);
  return copy;
}
