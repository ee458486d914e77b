import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ModelMetadata, readNetwork } from '@sepconv/formats';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { GraphBuilder, initializeWeights, type Network, noPadding } from '@sepconv/graph';
import { compareNetworks, type QuantizeReport } from '@sepconv/quantize';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bmp } from '../testing/bmp.js';
import { sepconv, sepconvJson, tooWide } from '../testing/terminal.js';

/** Small enough to take a moment. */
const small = ['mobilenet-v2', '--width', '0.25', '--resolution', '32', '--classes', '5', '--no-measure'];
const window = { strides: [1, 1], dilations: [1, 1], padding: noPadding, groups: 1 } as const;
const normalized = ['--mean', '127.5', '--std', '127.5'];

let folder: string;
const file = (name: string) => join(folder, name);
const images = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.bmp`);
const calibrated = () => ['--calibrate', ...images.map(file), ...normalized];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sepconv-quantize-'));
  images.forEach((name, frequency) => {
    const rgb = Uint8Array.from(
      { length: 40 * 40 * 3 },
      (_, i) => 128 + 100 * Math.sin(((frequency + 1) * i) / 700),
    );
    writeFileSync(file(name), bmp({ width: 40, height: 40, bits: 24, rgb }));
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

type Answer = QuantizeReport & { readonly output?: { readonly file: string; readonly bytes: number } };
const answer = async (...argv: string[]) => (await sepconvJson(['quantize', ...argv, '--json'])) as Answer;

describe('quantize', { timeout: 60_000 }, () => {
  it('reports every layer, and compares on images that it held back', async () => {
    const { layers, counts, agreement, agreementOn, calibration, ...sizes } = await answer(
      ...small,
      ...calibrated(),
    );
    expect(calibration).toEqual({ from: 'samples', count: 4 });
    expect(agreementOn).toBe('held-back');
    expect(agreement).toMatchObject({ samples: 1, sameTop: expect.any(Number) });
    expect(counts).toMatchObject({ float: 1 });
    expect(sizes.bytesAfter).toBeLessThan(0.3 * sizes.bytesBefore);
    for (const layer of layers.filter(({ arithmetic }) => arithmetic === 'integer'))
      expect(layer).toMatchObject({ why: null, stored: { dtype: 'int8' }, sqnr: expect.any(Number) });
  });

  it('writes a network of a quarter of the size, which gives nearly the same answers when it is read', async () => {
    await sepconvJson(['export', ...small.slice(0, -1), '-o', file('float.onnx'), '--json']);
    const { output } = await answer(...small, ...calibrated(), '-o', file('int8.onnx'));
    const bytes = new Uint8Array(readFileSync(file('int8.onnx')));
    expect(output).toEqual({ file: file('int8.onnx'), bytes: bytes.length });
    expect(bytes.length).toBeLessThan(readFileSync(file('float.onnx')).length / 2);
    const read = async (name: string): Promise<Network> =>
      (await readNetwork(new Uint8Array(readFileSync(file(name))))).network;
    const sample = randomTensor([1, 32, 32, 3], createRandom(3));
    const { outputError } = await compareNetworks(await read('float.onnx'), await read('int8.onnx'), [
      sample,
    ]);
    expect(outputError).toBeLessThan(0.2);
  });

  it.each(['onnx', 'tflite'] as const)(
    'writes what the file said beside its network, and what the flags say in its place: %s',
    async (format) => {
      const builder = new GraphBuilder('named');
      const weight = builder.parameter('filter', [3, 3, 3, 2], 'weight');
      const image = builder.input('image', [1, 8, 8, 3]);
      const graph = builder.build([builder.node('conv2d', [image, weight], window)]);
      const said: ModelMetadata = {
        labels: ['a', 'b'],
        normalization: { mean: [120, 110, 100], standardDeviation: [64, 32, 16] },
        resizing: { interpolation: 'bicubic', cropFraction: 0.875 },
        properties: new Map([['license', 'MIT']]),
      };
      const [named, out] = [file('named.onnx'), file(`out.${format}`)];
      writeFileSync(named, writeOnnx({ graph, weights: initializeWeights(graph, 1) }, said));
      const read = async () => readNetwork(new Uint8Array(readFileSync(out)), { arithmetic: 'integer' });
      const calibrate = ['--calibrate', ...images.map(file).slice(3), '--no-measure'];
      for (const ends of [[], ['--integer-ends']]) {
        await answer(named, ...calibrate, ...ends, '-o', out);
        const { metadata, inputs } = await read();
        expect(metadata).toEqual(said);
        // Of integers, too: a scale alone knows of no channels.
        expect(inputs[0]?.normalization).toEqual(said.normalization);
      }
      await answer(named, ...calibrate, ...normalized, '--no-crop', '-o', out);
      expect((await read()).metadata).toEqual({
        ...said,
        normalization: { mean: 127.5, standardDeviation: 127.5 },
        resizing: { interpolation: 'bicubic', cropFraction: 0 },
      });
    },
  );

  it('without images says what that costs, and fits the terminal', async () => {
    const { stdout: out } = await sepconv(['quantize', ...small]);
    expect(out.replace(/\s+/g, ' ')).toContain('drawn inputs, which are unlike photos');
    expect(tooWide(out)).toEqual([]);
  });

  it('refuses what would be ignored or cannot be, and writes nothing then', async () => {
    const refused = async (...argv: string[]) => (await sepconv(['quantize', ...argv])).stderr;
    expect(await refused(...small, '--hold-back', '0.5')).toContain(
      '--hold-back would be ignored: there are no images',
    );
    expect(await refused(...small, '--percentile', '0.99')).toContain(
      '--percentile is for --method percentile',
    );
    expect(await refused(...small, '--calibrate', file('a.bmp'))).toContain('--mean 127.5 --std 127.5');
    expect(await refused(...small, '--mean', '127.5')).toContain('--mean and --std belong together');
    const before = readdirSync(folder).length;
    expect(
      await refused(...small, '--calibrate', file('none.bmp'), ...normalized, '-o', file('x.onnx')),
    ).toContain('none.bmp');
    expect(await refused(...small, '-o', file('x.txt'))).toContain('must end in');
    expect(existsSync(file('x.onnx'))).toBe(false);
    expect(readdirSync(folder)).toHaveLength(before);
  });
});
