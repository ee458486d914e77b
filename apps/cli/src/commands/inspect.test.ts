import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSafetensors } from '@sepconv/formats/safetensors';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { initializeWeights } from '@sepconv/graph';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sepconv, sepconvJson, tooWide } from '../testing/terminal.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sepconv-inspect-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const colors = fileURLToPath(new URL('../../test/colors.tflite', import.meta.url));
const sparse = createRequire(import.meta.url).resolve(
  '@mediapipe/face_detection/face_detection_full_range_sparse.tflite',
);

async function inFolder(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('inspect', () => {
  it('fits one screen of 80 columns', async () => {
    for (const file of [colors, sparse]) {
      const { stdout, code } = await sepconv(['inspect', file]);
      expect(code).toBe(0);
      expect(tooWide(stdout.replace(file, 'file'))).toEqual([]);
      // A terminal has 24 lines.
      expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(24);
    }
  });

  it('tells of a TFLite file what it says', async () => {
    expect(await sepconvJson(['inspect', colors, '--json'])).toMatchObject({
      format: 'tflite',
      bytes: (await readFile(colors)).length,
      inputs: [{ type: 'uint8', quantization: { scale: [expect.any(Number)] } }],
      unsupported: [],
      reading: { ok: true, why: null },
    });
  });

  it('tells of an ONNX file what was written', async () => {
    const graph = mobileNetV1({ width: 0.25, resolution: 32, classes: 10 });
    const weights = initializeWeights(graph, 1);
    const path = await inFolder('v1.onnx', writeOnnx({ graph, weights }));
    const elements = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
    const report = await sepconvJson(['inspect', path, '--json']);
    expect(report).toMatchObject({
      format: 'onnx',
      inputs: [{ type: 'float32', shape: [1, 3, 32, 32] }],
      reading: { ok: true },
    });
    const { ops, parameters } = report as {
      ops: { op: string; count: number }[];
      parameters: { type: string; elements: number; bytes: number }[];
    };
    expect(ops.find(({ op }) => op === 'Conv')?.count).toBe(27);
    const float32 = parameters.find(({ type }) => type === 'float32');
    expect(float32?.elements).toBeGreaterThanOrEqual(elements);
    expect(float32?.bytes).toBe(4 * (float32?.elements ?? 0));
  });

  it('works on what cannot be read, and says why', async () => {
    const graph = mobileNetV1({ width: 0.25, resolution: 32, classes: 10 });
    const bytes = Buffer.from(await writeOnnx({ graph, weights: initializeWeights(graph, 1) }));
    // An op that nobody knows, of a name that is as long.
    for (let at = bytes.indexOf('Softmax'); at >= 0; at = bytes.indexOf('Softmax'))
      bytes.write('Softmix', at);
    const path = await inFolder('odd.onnx', bytes);
    const report = (await sepconvJson(['inspect', path, '--json'])) as {
      unsupported: { what: string; count: number; first: string; why: string }[];
      reading: { ok: boolean; why: string };
    };
    const [odd, ...others] = report.unsupported;
    expect(others).toEqual([]);
    expect(odd).toMatchObject({ what: 'Softmix', count: 1 });
    expect(odd?.first).not.toBe('');
    expect(report.reading.ok).toBe(false);
    const { stderr, code } = await sepconv(['run', path, path]);
    expect(code).toBe(1);
    expect(stderr).toContain('Softmix');
  });

  it('tells of safetensors the weights', async () => {
    const graph = mobileNetV1({ width: 0.25, resolution: 32, classes: 10 });
    const weights = initializeWeights(graph, 1);
    const path = await inFolder('v1.safetensors', writeSafetensors(weights, new Map([['by', 'a test']])));
    const { stdout } = await sepconv(['inspect', path]);
    expect(stdout).toMatch(/holds weights and no\s+network/);
    expect(stdout).toMatch(/by +a test/);
    expect(stdout).toContain(`in ${weights.size} tensors`);
  });

  it('tells of a TF.js folder, whose shards are read from beside model.json and from nowhere else', async () => {
    const config = { name: 'out', units: 2, use_bias: false, batch_input_shape: [null, 3] };
    const weights = [{ name: 'out/kernel', shape: [3, 2], dtype: 'float32' }];
    const model = (path: string) =>
      JSON.stringify({
        modelTopology: { class_name: 'Sequential', config: [{ class_name: 'Dense', config }] },
        weightsManifest: [{ paths: [path], weights }],
      });
    await inFolder('shard.bin', new Uint8Array(24));
    const path = await inFolder('model.json', model('shard.bin'));
    expect(await sepconvJson(['inspect', path, '--json'])).toMatchObject({
      format: 'tfjs',
      ops: [{ op: 'InputLayer' }, { op: 'Dense' }],
      reading: { ok: true },
    });
    expect(await sepconvJson(['cost', path, '--json'])).toMatchObject({ totals: { macs: 6 } });
    const missing = await sepconv(['cost', await inFolder('model.json', model('lost.bin'))]);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toMatch(/lost\.bin", which holds weights of the model, cannot be read/);
    const outside = await sepconv(['cost', await inFolder('model.json', model('../shard.bin'))]);
    expect(outside.stderr).toContain("must be a file in the model's own folder");
  });

  it('refuses in one sentence what is no model, or is damaged', async () => {
    for (const [name, content, message] of [
      ['empty.onnx', '', /the file is empty/],
      ['page.html', '<html>', /perhaps a download failed/],
      ['cut.tflite', (await readFile(colors)).subarray(0, 200), /is damaged/],
      ['noise', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), /the format is not known/],
    ] as const) {
      const { code, stdout, stderr } = await sepconv(['inspect', await inFolder(name, content)]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
  });

  it('shows names of a file so that they cannot command the terminal', async () => {
    const path = await inFolder(
      'evil.safetensors',
      writeSafetensors(new Map(), new Map([['\u001b]0;x', '\u001b[2J']])),
    );
    const { stdout } = await sepconv(['inspect', path]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC is what must not be there.
    expect(stdout).not.toMatch(/\u001b/);
  });
});
