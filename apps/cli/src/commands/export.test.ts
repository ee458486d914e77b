import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspectNetwork, readNetwork } from '@sepconv/formats';
import { readOnnx } from '@sepconv/formats/onnx';
import { readSafetensors, writeSafetensors } from '@sepconv/formats/safetensors';
import { initializeWeights } from '@sepconv/graph';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, float32Tensor, randomTensor } from '@sepconv/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sepconv, sepconvJson } from '../testing/terminal.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sepconv-export-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const colors = fileURLToPath(new URL('../../test/colors.tflite', import.meta.url));
const tiny = ['mobilenet-v1', '--width', '0.25', '--resolution', '32', '--classes', '10'];
const tinyGraph = mobileNetV1({ width: 0.25, resolution: 32, classes: 10 });

/** A safetensors file with one more tensor, which has the shape 0×3: a tensor of ours cannot be like that, a file can. */
function withEmptyTensor(file: Uint8Array, name: string): Uint8Array {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  const tensors = { [name]: { dtype: 'F32', shape: [0, 3], data_offsets: [0, 0] }, ...header };
  const text = new TextEncoder().encode(JSON.stringify(tensors));
  const result = new Uint8Array(8 + text.length + file.length - 8 - length);
  new DataView(result.buffer).setBigUint64(0, BigInt(text.length), true);
  result.set(text, 8);
  result.set(file.subarray(8 + length), 8 + text.length);
  return result;
}

describe('export', () => {
  it('writes a network by name as ONNX, with the weights of the seed bit for bit', async () => {
    const path = join(folder, 'v1.onnx');
    const report = await sepconvJson(['export', ...tiny, '--seed', '7', '-o', path, '--json']);
    const bytes = await readFile(path);
    expect(report).toMatchObject({ file: path, bytes: bytes.length, notes: [] });
    const { network } = await readOnnx(bytes);
    const stored = new Set([...network.weights.values()].map(({ data }) => data.length));
    const weights = initializeWeights(tinyGraph, 7);
    const first = weights.get(tinyGraph.parameters[0]?.name ?? '');
    expect(stored).toContain(first?.data.length);
    const input = randomTensor(tinyGraph.inputs[0]?.shape ?? [], createRandom(3));
    const run = (graph: typeof network.graph, w: typeof network.weights) =>
      runReference({ graph, weights: w }, new Map([[graph.inputs[0]?.name ?? '', input]])).get(
        graph.outputs[0] ?? '',
      )?.data;
    expect(run(network.graph, network.weights)).toEqual(run(tinyGraph, weights));
  });

  it('converts a TFLite file to ONNX that computes the same', async () => {
    const path = join(folder, 'colors.onnx');
    expect(await sepconv(['export', colors, '-o', path])).toMatchObject({ code: 0, stderr: '' });
    const before = await readNetwork(await readFile(colors));
    const after = await readOnnx(await readFile(path));
    const shape = before.inputs[0]?.shape ?? [];
    const input = randomTensor(shape, createRandom(1));
    const outputOf = ({ network }: typeof before) =>
      runReference(network, new Map([[network.graph.inputs[0]?.name ?? '', input]])).get(
        network.graph.outputs[0] ?? '',
      )?.data;
    expect(outputOf(after)).toEqual(outputOf(before));
  });

  it('writes a network by name as TFLite, its norms in its layers, that computes the same', async () => {
    const path = join(folder, 'v1.tflite');
    const report = await sepconvJson(['export', ...tiny, '--seed', '7', '-o', path, '--json']);
    const bytes = await readFile(path);
    expect(report).toMatchObject({ file: path, bytes: bytes.length, notes: [] });
    const { network } = await readNetwork(bytes);
    const input = randomTensor(tinyGraph.inputs[0]?.shape ?? [], createRandom(3));
    const [expected, actual] = [{ graph: tinyGraph, weights: initializeWeights(tinyGraph, 7) }, network].map(
      (each) => [...runReference(each, input).values()][0]?.data,
    );
    expect(actual).toEqual(expected);
  });

  it('writes integers as ONNX in both forms, which compute the same', async () => {
    const written = async (...form: string[]) => {
      const path = join(folder, `integers${form.join('')}.onnx`);
      await sepconvJson(['export', colors, '-o', path, '--arithmetic', 'integer', ...form, '--json']);
      const bytes = await readFile(path);
      const { network } = await readNetwork(bytes, { arithmetic: 'integer' });
      const { ops } = await inspectNetwork(bytes);
      return { network, ops: ops.map(({ op }) => op) };
    };
    const [qdq, qlinear] = [await written(), await written('--form', 'qlinear')];
    expect(qdq.ops).not.toContain('QLinearConv');
    expect(qlinear.ops).toContain('QLinearConv');
    const [{ shape } = { shape: [] }] = qdq.network.graph.inputs;
    const length = shape.reduce((product, extent) => product * extent, 1);
    const image = createTensor(
      'uint8',
      shape,
      Uint8Array.from({ length }, (_, i) => (37 * i) % 256),
    );
    const [a, b] = [qdq, qlinear].map(({ network }) => [...runReference(network, image).values()][0]?.data);
    expect(a).toEqual(b);
    const refused = ['export', colors, '-o', join(folder, 'x.tflite'), '--form', 'qdq'];
    expect((await sepconv(refused)).stderr).toContain(
      '--form would be ignored: only a file that ends in .onnx',
    );
  });

  it('writes weights, and builds a network with weights from a file', async () => {
    const weightsPath = join(folder, 'v1.safetensors');
    await sepconvJson(['export', ...tiny, '--seed', '9', '-o', weightsPath, '--json']);
    const stored = readSafetensors(await readFile(weightsPath)).tensors;
    for (const [name, tensor] of initializeWeights(tinyGraph, 9)) {
      expect(stored.get(name)?.data).toEqual(tensor.data);
    }
    const [direct, indirect] = [join(folder, 'a.onnx'), join(folder, 'b.onnx')];
    await sepconvJson(['export', ...tiny, '--seed', '9', '-o', direct, '--json']);
    await sepconvJson(['export', ...tiny, '--weights', weightsPath, '-o', indirect, '--json']);
    expect((await readFile(indirect)).equals(await readFile(direct))).toBe(true);
  });

  it('refuses weights that are not the network’s, each in one sentence', async () => {
    const weights = new Map(initializeWeights(tinyGraph, 1));
    const [name = ''] = weights.keys();
    const attempt = async (changed: typeof weights | Uint8Array): Promise<string> => {
      const path = join(folder, 'given.safetensors');
      await writeFile(path, changed instanceof Uint8Array ? changed : writeSafetensors(changed));
      const result = await sepconv(['export', ...tiny, '--weights', path, '-o', join(folder, 'x.onnx')]);
      expect(result).toMatchObject({ code: 1, stdout: '' });
      return result.stderr;
    };
    const without = new Map(weights);
    without.delete(name);
    expect(await attempt(withEmptyTensor(writeSafetensors(without), name))).toMatch(
      /has the shape 0×3, without elements, but .* needs 3×3/,
    );
    expect(await attempt(without)).toContain(`1 of the ${weights.size} parameters`);
    expect(await attempt(new Map([...weights, [name, float32Tensor([1], [1])]]))).toMatch(
      /has the shape 1, but .* needs 3×3/,
    );
    expect(await readdir(folder)).toEqual(['given.safetensors']);
  });

  it('replaces a file of that name but not the one that it reads, and leaves nothing behind', async () => {
    const path = join(folder, 'v1.onnx');
    await writeFile(path, 'an older one');
    expect(await sepconv(['export', ...tiny, '-o', path])).toMatchObject({ code: 0 });
    const written = await readFile(path);
    expect(written.length).toBeGreaterThan(1000);
    const same = join(folder, '.', 'v1.onnx');
    for (const command of [['export'], ['decompose', '--rank', '1']]) {
      const refused = await sepconv([...command, path, '-o', same]);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toMatch(/is the file to read: give the new one another name/);
    }
    expect((await readFile(path)).equals(written)).toBe(true);
    expect((await sepconv(['export', ...tiny, '-o', join(folder, 'v1.json')])).code).toBe(2);
    expect(await readdir(folder)).toEqual(['v1.onnx']);
  });
});
