/** @file Own photos on a pretrained network: a new head on frozen features, and a file that names its classes. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { digitNetwork, initialWeights } from '@sepconv/train';
import { encode as encodePng } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Drawing, drawShape, shapes } from '../testing/shapes.js';
import { sepconv, sepconvJson } from '../testing/terminal.js';

const shared = fileURLToPath(new URL('../../../../../shared/models/', import.meta.url));
const pretrained = join(shared, 'mobilenet_v1_0.25_128_quant.tflite');
const there = existsSync(pretrained);
const perClass = 30;
const names = Object.keys(shapes);

let folder: string;
const drawings = new Map<string, Drawing[]>();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sepconv-photos-'));
  names.forEach((name, label) => {
    mkdirSync(join(folder, 'photos', name), { recursive: true });
    const drawn = Array.from({ length: perClass }, (_, i) => drawShape(shapes[name]!, 1000 * label + i));
    drawings.set(name, drawn);
    drawn.forEach(({ rgb, size }, i) => {
      const file = join(folder, 'photos', name, `${String(i).padStart(2, '0')}.png`);
      writeFileSync(file, encodePng({ width: size, height: size, data: rgb, channels: 3 }));
    });
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The share of pictures that the nearest mean colour of a class is right about. */
function byMeanColour(): number {
  const all = [...drawings].flatMap(([name, list]) => list.map(({ mean }) => ({ name, mean })));
  const distance = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, c) => sum + (value - b[c]!) ** 2, 0);
  const centres = [...drawings].map(([name, list]) => ({
    name,
    mean: [0, 1, 2].map((c) => list.reduce((sum, { mean }) => sum + mean[c]!, 0) / list.length),
  }));
  const right = all.filter(({ name, mean }) => {
    const [nearest] = centres.toSorted((a, b) => distance(a.mean, mean) - distance(b.mean, mean));
    return nearest?.name === name;
  });
  return right.length / all.length;
}

interface Trained {
  readonly notes: readonly string[];
  readonly confusion: {
    readonly accuracy: number;
    readonly classes: readonly string[];
    readonly counts: readonly (readonly number[])[];
    readonly worst: readonly { readonly file: string }[];
  };
  readonly written: { readonly file: string };
}

interface Answer {
  readonly top: readonly { readonly label: string }[];
}

describe('own photos', () => {
  const title = `teach a pretrained network their classes${there ? '' : ' (skipped: ../shared/models is not there)'}`;
  it.skipIf(!there)(title, { timeout: 300_000 }, async () => {
    expect(byMeanColour()).toBeLessThan(0.4);
    const output = join(folder, 'out');
    const argv = ['train', join(folder, 'photos'), '--net', pretrained, '-o', output];
    const report = (await sepconvJson([...argv, '--json'])) as Trained;
    expect(report.notes[0]).toContain('Its head for 1001 classes is replaced by one for the 5 of the folder');
    expect(report.confusion.classes).toEqual(names);
    expect(report.confusion.counts.flat().reduce((sum, count) => sum + count)).toBe(5 * 6);
    expect(report.confusion.accuracy).toBeGreaterThan(0.95);
    // The written network runs by itself, and names the classes; pictures that it has not seen.
    const fresh = join(folder, 'fresh.png');
    let right = 0;
    for (const [label, name] of names.entries()) {
      for (let i = 0; i < 4; i++) {
        const { rgb, size } = drawShape(shapes[name]!, 90_000 + 10 * label + i);
        writeFileSync(fresh, encodePng({ width: size, height: size, data: rgb, channels: 3 }));
        const run = (await sepconvJson(['run', report.written.file, fresh, '--json'])) as Answer;
        expect(names).toContain(run.top[0]?.label);
        if (run.top[0]?.label === name) right++;
      }
    }
    expect(right).toBeGreaterThanOrEqual(18);
  });

  it('go on from a checkpoint of a head, bit for bit, and unfreeze blocks', {
    timeout: 300_000,
  }, async () => {
    const graph = digitNetwork({ resolution: 32, channels: 3, classes: 7 });
    const net = join(folder, 'small.onnx');
    const normalization = { mean: 127.5, standardDeviation: 127.5 };
    writeFileSync(net, writeOnnx({ graph, weights: initialWeights(graph, 1) }, { normalization }));
    const photos = join(folder, 'photos');
    const train = (out: string, ...more: string[]) =>
      sepconvJson([
        'train',
        photos,
        '--net',
        net,
        '-o',
        join(folder, out),
        '--epochs',
        '2',
        ...more,
        '--json',
      ]);
    await train('head');
    const checkpoint = join(folder, 'head', 'checkpoint.safetensors');
    const alone = await sepconv(['train', photos, '--resume', checkpoint]);
    expect(alone.code).toBe(2);
    expect(alone.stderr).toContain('give the network that gave it features again with --net');
    const resumed = (await sepconvJson([
      'train',
      photos,
      '--net',
      net,
      '--resume',
      checkpoint,
      '--json',
    ])) as Trained;
    expect(resumed.confusion.classes).toEqual(names);
    const fine = (await train('fine', '--unfreeze', 'last-1-blocks', '--threads', '1')) as Trained;
    expect(fine.notes.join(' ')).toContain('6 of 20 parameters are trained. BatchNorm is folded');
    const text = await sepconv(['train', photos, '--net', net, '-o', join(folder, 'text'), '--epochs', '1']);
    expect(text.stdout).toContain('What it takes for what, of images held back');
    expect(text.stdout).toMatch(/Its surest mistakes:\n {2}.*photos/);
  });
});
