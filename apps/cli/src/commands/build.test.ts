import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sepconv, sepconvJson, tooWide } from '../testing/terminal.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sepconv-build-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const tiny = ['build', 'mobilenet-v2', '--width', '0.35', '--resolution', '32', '--classes', '10'];

describe('build', () => {
  it('writes a module, weights and a loader that runs', async () => {
    const report = await sepconvJson([...tiny, '-o', join(folder, 'new'), '--json']);
    const names = ['wasm', 'weights', 'js', 'd.ts'].map((ending) => `mobilenet-v2.${ending}`);
    expect(report).toMatchObject({ engine: 'simd128' });
    expect((await readdir(join(folder, 'new'))).sort()).toEqual([...names].sort());

    const read = (name: string) => readFile(join(folder, 'new', name));
    await writeFile(join(folder, 'loader.mjs'), await read('mobilenet-v2.js'));
    const { createSession } = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'loader.mjs')).href);
    const module = new WebAssembly.Module(new Uint8Array(await read('mobilenet-v2.wasm')));
    const session = await createSession(module, await read('mobilenet-v2.weights'));
    const probabilities: Float32Array = session.run(new Float32Array(32 * 32 * 3).fill(0.5));
    expect(probabilities).toHaveLength(10);
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
  });

  it('keeps the integers of a quantized model where it is told to, and gives them', async () => {
    const model = fileURLToPath(new URL('../../test/colors.tflite', import.meta.url));
    const types: string[] = [];
    for (const arithmetic of ['float32', 'integer']) {
      await sepconvJson(['build', model, '-o', folder, '--arithmetic', arithmetic, '--json']);
      types.push(await readFile(join(folder, 'colors.d.ts'), 'utf8'));
    }
    expect(types[0]).toMatch(/readonly inputs: \{ readonly "\w+": Float32Array \}/);
    expect(types[1]).toMatch(/readonly inputs: \{ readonly "\w+": (Uint8Array|Int8Array) \}/);
  });

  it('fits 80 columns and tells how to load the files', async () => {
    const { stdout, code } = await sepconv([...tiny, '-o', folder, '--file-name', 'net']);
    expect(code).toBe(0);
    expect(stdout).toContain("from './net.js'");
    expect(tooWide(stdout.replaceAll(folder, 'out'))).toEqual([]);
  });

  it('refuses what it cannot do in one sentence, and leaves nothing behind', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const intoFile = await sepconv([...tiny, '-o', join(file, 'deeper')]);
    expect(intoFile).toMatchObject({ code: 1, stdout: '' });
    expect(intoFile.stderr).toMatch(
      /^sepconv: cannot write to ".*deeper": .*; give a folder that can be written\n$/,
    );
    expect((await sepconv([...tiny])).code).toBe(2);
    const badName = await sepconv([...tiny, '-o', folder, '--file-name', '../x']);
    expect(badName).toMatchObject({ code: 1 });
    expect(badName.stderr).toContain('"../x" cannot name files');
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('writes nothing for a network that needs more memory than there is', async () => {
    const huge = ['build', 'mobilenet-v2', '--width', '0.35', '--resolution', '16384', '-o', folder];
    const { code, stdout, stderr } = await sepconv(huge);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/needs \d+ bytes of memory, but WebAssembly has at most 4294967296/);
    expect(await readdir(folder)).toEqual([]);
  });
});
