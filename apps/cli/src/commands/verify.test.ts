import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { initializeWeights, type Network } from '@sepconv/graph';
import { mobileNetV2 } from '@sepconv/mobilenet';
import { createRandom, createTensor, randomTensor, type Tensor } from '@sepconv/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bmp } from '../testing/bmp.js';
import { sepconv, sepconvJson, tooWide } from '../testing/terminal.js';
import { checkLayers } from '../verify/check-layers.js';
import { observable, observeEngine } from '../verify/observe-engine.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sepconv-verify-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const colors = fileURLToPath(new URL('../../test/colors.tflite', import.meta.url));
const tiny = ['--width', '0.35', '--resolution', '32', '--classes', '10'];

interface Json {
  readonly ok: boolean;
  readonly layers: readonly { readonly nodes: readonly string[]; readonly errorOverBound: number }[];
}

/** Relaxed SIMD is in Node from 22 on. */
const engines = Number(process.versions.node.split('.')[0]) < 22 ? ['simd128'] : ['simd128', 'relaxed'];

describe('verify', () => {
  it.each(engines)('%s keeps every bound of MobileNetV2, layer by layer', async (engine) => {
    const report = (await sepconvJson([
      'verify',
      'mobilenet-v2',
      ...tiny,
      '--engine',
      engine,
      '--json',
    ])) as Json;
    expect(report).toMatchObject({ ok: true, engine, input: { seed: 1 }, changedByFusion: [] });
    const graph = mobileNetV2({ width: 0.35, resolution: 32, classes: 10 });
    const named = new Set(report.layers.flatMap(({ nodes }) => nodes));
    const convolutions = graph.nodes.filter(({ op }) => op.endsWith('conv2d'));
    for (const { name } of convolutions) expect(named).toContain(name);
    // Errors of one layer, not of all before it: they are a part of the bound, and not nothing.
    const ratios = report.layers.map(({ errorOverBound }) => errorOverBound);
    expect(Math.max(...ratios)).toBeLessThanOrEqual(1);
    expect(ratios.filter((ratio) => ratio > 0.01).length).toBeGreaterThan(convolutions.length / 2);
  });

  it('prints the layers nearest to their bounds on one screen, and all with --all', async () => {
    const some = await sepconv(['verify', 'mobilenet-v2', ...tiny]);
    expect(some).toMatchObject({ code: 0, stderr: '' });
    expect(tooWide(some.stdout)).toEqual([]);
    expect(some.stdout.split('\n').length).toBeLessThan(32);
    expect(some.stdout).toMatch(/All \d+ layers are within their bounds/);
    const all = await sepconv(['verify', 'mobilenet-v2', ...tiny, '--all']);
    expect(all.stdout.split('\n').length).toBeGreaterThan(55);
  });

  it.each([
    'selfie_segmentation/selfie_segmentation.tflite',
    'selfie_segmentation/selfie_segmentation_landscape.tflite',
    'face_detection/face_detection_short_range.tflite',
    'face_detection/face_detection_full_range.tflite',
  ])('holds for @mediapipe/%s in the fastest engine', async (file) => {
    const path = createRequire(import.meta.url).resolve(`@mediapipe/${file}`);
    const report = (await sepconvJson(['verify', path, '--json'])) as Json;
    expect(report).toMatchObject({ ok: true, changedByFusion: [] });
    expect(report.layers.length).toBeGreaterThan(60);
  });

  it('runs a model file on an image', async () => {
    const image = join(folder, 'red.bmp');
    await writeFile(image, bmp({ width: 40, height: 40, bits: 24, rgb: new Uint8Array(4800).fill(200) }));
    expect(await sepconvJson(['verify', colors, '--input', image, '--json'])).toMatchObject({
      ok: true,
      input: { image },
    });
  });

  it('sees one wrong weight in one layer, and blames that layer alone', async () => {
    const graph = mobileNetV2({ width: 0.35, resolution: 32, classes: 10 });
    const network: Network = observable({ graph, weights: initializeWeights(graph, 1) });
    const input = randomTensor(graph.inputs[0]?.shape ?? [], createRandom(1));
    const inputs = new Map([[graph.inputs[0]?.name ?? '', input]]);
    const depthwise = graph.nodes.filter(({ op }) => op === 'depthwise-conv2d')[7];
    const name = depthwise?.inputs[1] ?? '';
    const honest = network.weights.get(name) as Tensor<'float32'>;
    const data = honest.data.slice();
    data[5] = (data[5] as number) + 0.01;
    const forged = new Map([
      ...network.weights,
      [name, createTensor('float32', honest.shape, data)] as const,
    ]);
    const run = await observeEngine({ graph: network.graph, weights: forged }, inputs, {
      engine: 'simd128',
      threads: 1,
    });
    const checks = await checkLayers(network, inputs, run.layers, run.values);
    const wrong = checks.filter(({ outOfBounds }) => outOfBounds > 0);
    expect(wrong).toHaveLength(1);
    expect(wrong[0]?.nodes).toContain(depthwise?.name);
    expect(wrong[0]?.errorOverBound).toBeGreaterThan(10);
  });
});
