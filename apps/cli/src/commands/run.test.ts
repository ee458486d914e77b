import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTflite } from '@sepconv/formats/tflite';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { encode as encodePng } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageResult } from '../reports/run.js';
import { bmp } from '../testing/bmp.js';
import { sepconv, sepconvJson, tooWide } from '../testing/terminal.js';

/**
 * A classifier of three colours for 4 × 4 pixels, quantized: mean over the image, times 4, softmax. Written with
 * packages/formats/test/tflite-file.ts: AVERAGE_POOL_2D, FULLY_CONNECTED with weights 4 on the diagonal, SOFTMAX.
 */
const model = fileURLToPath(new URL('../../test/colors.tflite', import.meta.url));

let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sepconv-'));
  const pixels = (...color: number[]) =>
    Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => color[i % 3] as number);
  writeFileSync(file('red.png'), encodePng({ width: 8, height: 8, data: pixels(255, 0, 0), channels: 3 }));
  writeFileSync(file('blue.bmp'), bmp({ width: 8, height: 8, bits: 24, rgb: pixels(0, 0, 255) }));
  // Green to the left and right of a red square: what is cut decides the answer.
  const striped = Uint8Array.from({ length: 24 * 8 * 3 }, (_, i) => {
    const inside = Math.floor(i / 3) % 24 >= 8 && Math.floor(i / 3) % 24 < 16;
    return (inside ? [255, 0, 0] : [0, 255, 0])[i % 3] as number;
  });
  writeFileSync(file('striped.bmp'), bmp({ width: 24, height: 8, bits: 24, rgb: striped }));
  writeFileSync(file('labels.txt'), '\ufeffred\r\ngreen\r\nblue\r\n');
  writeFileSync(file('two.txt'), 'red\ngreen\n');
  writeFileSync(file('notes.png'), 'these are notes');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Answer {
  readonly model: string;
  readonly engine: string;
  readonly arithmetic: string;
  readonly arithmeticReason: string;
  readonly milliseconds: number;
  readonly top: readonly { index: number; label: string | null; probability: number }[];
  readonly images: readonly ImageResult[];
}
const answer = async (...argv: string[]) => (await sepconvJson(['run', model, ...argv, '--json'])) as Answer;
/** The numbers that the model's integers stand for, which do not depend on what is faster here. */
const float32 = ['--arithmetic', 'float32'];

describe('run', { timeout: 30_000 }, () => {
  it('computes on the GPU where there is one, and says what is missing where there is none', async () => {
    // The software driver that Chromium brings, where it is installed and a loader finds it.
    process.env.VK_DRIVER_FILES ??= '/usr/lib/chromium/vk_swiftshader_icd.json';
    const given = ['run', model, file('red.png'), '--engine', 'webgpu', '--json'];
    const { code, stdout, stderr } = await sepconv(given);
    if (code !== 0) expect(stderr).toMatch(/WebGPU finds no GPU here/);
    else {
      const { engine, top } = JSON.parse(stdout) as Answer;
      const onCpu = await answer(file('red.png'), ...float32);
      expect(engine).toBe('webgpu');
      expect(top.map(({ index }) => index)).toEqual(onCpu.top.map(({ index }) => index));
      for (const [i, { probability }] of top.entries())
        expect(probability).toBeCloseTo(onCpu.top[i]?.probability as number, 5);
    }
    expect((await sepconv([...given, '--threads', '2'])).stderr).toContain('a GPU has threads of its own');
  });

  it('names the classes as the file does, which export keeps', async () => {
    const read = await readTflite(new Uint8Array(readFileSync(model)));
    const labels = ['rot', 'grün', 'blau'];
    const named = file('named.onnx');
    writeFileSync(named, writeOnnx(read.network, { ...read.metadata, labels }));
    const again = file('again.onnx');
    await sepconv(['export', named, '-o', again]);
    for (const path of [named, again]) {
      const result = (await sepconvJson(['run', path, file('red.png'), '--json'])) as Answer;
      expect(result.top.map(({ label }) => label)).toEqual(labels);
    }
  });

  it('says what an image is, how sure it is and how long it took', async () => {
    const result = await answer(file('red.png'), '--labels', file('labels.txt'), ...float32);
    expect(result).toMatchObject({
      model,
      image: file('red.png'),
      top: [{ index: 0, label: 'red' }, {}, {}],
    });
    expect(result.top[0]?.probability).toBeGreaterThan(0.99);
    expect(result.top.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
    expect(result.milliseconds).toBeGreaterThan(0);
    expect(['simd128', 'relaxed', 'wide']).toContain(result.engine);
  });

  it('takes several images, and any number of answers', async () => {
    const result = await answer(file('red.png'), file('blue.bmp'), '--top', '1');
    expect(result.images.map(({ top }) => top)).toMatchObject([[{ index: 0, label: null }], [{ index: 2 }]]);
    expect(result.top).toEqual(result.images[0]?.top);
  });

  it('cuts the centre unless it is told not to', async () => {
    expect((await answer(file('striped.bmp'))).top[0]?.index).toBe(0);
    expect((await answer(file('striped.bmp'), '--no-crop')).top[0]?.index).toBe(1);
    expect((await answer(file('striped.bmp'), '--size', '8')).top[0]?.index).toBe(0);
  });

  it('normalizes as the model says unless flags say otherwise', async () => {
    const own = (await answer(file('red.png'), ...float32)).top[0]?.probability;
    expect(
      (await answer(file('red.png'), '--mean', '128', '--std', '128', ...float32)).top[0]?.probability,
    ).toBe(own);
    const other = await answer(file('red.png'), '--mean', '0,0,0', '--std', '255', ...float32);
    expect(other.top[0]?.probability).not.toBe(own);
  });

  it('gives the same answer by the reference', async () => {
    const byReference = await answer(file('red.png'), '--engine', 'reference');
    const byEngine = await answer(file('red.png'), ...float32);
    expect(byReference).toMatchObject({ engine: 'reference', arithmetic: 'float32' });
    byReference.top.forEach(({ index, probability }, i) => {
      expect(byEngine.top[i]).toMatchObject({ index, probability: expect.closeTo(probability, 6) });
    });
  });

  it('computes with the integers of a quantized model, the same on the engine and by the reference', async () => {
    const integers = ['--arithmetic', 'integer'];
    const byEngine = await answer(file('red.png'), file('striped.bmp'), ...integers);
    const byReference = await answer(
      file('red.png'),
      file('striped.bmp'),
      ...integers,
      '--engine',
      'reference',
    );
    expect(byEngine).toMatchObject({ arithmetic: 'integer' });
    expect(byEngine.images.map(({ top }) => top)).toEqual(byReference.images.map(({ top }) => top));
    expect(byEngine.top.map(({ index }) => index)).toEqual(
      (await answer(file('red.png'))).top.map(({ index }) => index),
    );
    // Probabilities come in steps of 1/256.
    for (const { probability } of byEngine.top) expect(Number.isInteger(256 * probability)).toBe(true);
  });

  it("takes what is faster here unless it is told, says so, and gives that one's answer", async () => {
    const { arithmetic, arithmeticReason, top } = await answer(file('striped.bmp'));
    expect(arithmeticReason).toMatch(/^the faster one here: \S+ \S+ a run, (float32|integer) \S+ \S+$/);
    expect(top).toEqual((await answer(file('striped.bmp'), '--arithmetic', arithmetic)).top);
  });

  it('prints a table that fits 80 columns', async () => {
    const { code, stdout, stderr } = await sepconv([
      'run',
      model,
      file('red.png'),
      '--labels',
      file('labels.txt'),
      ...float32,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/red +0 +99\.9 % +█+/);
    expect(tooWide(stdout).filter((line) => !line.includes(folder) && !line.includes(model))).toEqual([]);
  });
});

describe('run refuses', () => {
  const refusals: readonly (readonly [argv: () => string[], code: number, words: RegExp])[] = [
    [() => [model, file('none.jpg')], 1, /the image ".*none\.jpg" cannot be read: there is no such file/],
    [
      () => [model, file('notes.png')],
      1,
      /the image ".*notes\.png" cannot be used: it begins with "these ar"/,
    ],
    [() => [model, file('red.png'), file('notes.png')], 1, /notes\.png/],
    [() => [file('red.png'), file('red.png')], 1, /the model ".*red\.png" cannot be used/],
    [
      () => [model, file('red.png'), '--labels', file('two.txt')],
      1,
      /has 2 lines, but the network has 3 classes/,
    ],
    [() => [model, file('red.png'), '--labels', file('none.txt')], 1, /the labels file ".*" cannot be read/],
    [() => [model, file('red.png'), '--mean', '127.5'], 2, /--mean and --std belong together/],
    [() => [model, file('red.png'), '--mean', '1', '--std', '0'], 2, /--std must be above 0/],
    [() => [model, file('red.png'), '--arithmetic', 'int4'], 2, /Allowed choices are auto, float32, integer/],
    [() => [model, file('red.png'), '--size', '3'], 2, /--size 3 is less than the network's 4×4/],
    [() => [model, file('red.png'), '--size', '8', '--no-crop'], 2, /--no-crop forbids/],
  ];
  it.each(refusals)('case %#', async (argv, code, words) => {
    const result = await sepconv(['run', ...argv(), '--json']);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toMatch(words);
    expect(result.stderr).toMatch(/^sepconv: [^\n]+\n$/);
  });
});
