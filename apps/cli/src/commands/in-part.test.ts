import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { conv2d, GraphBuilder, initializeWeights } from '@sepconv/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bmp } from '../testing/bmp.js';
import { sepconv, sepconvJson, tooWide } from '../testing/terminal.js';

let folder: string;
let model: string;
let image: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sepconv-in-part-'));
  const builder = new GraphBuilder('tiny');
  const input = builder.input('image', [1, 6, 6, 3]);
  const first = conv2d(builder, input, { name: 'first', filters: 4, kernel: 3 });
  const odd = builder.node('sigmoid', [builder.node('relu', [first], {}, 'active')], {}, 'odd');
  const graph = builder.build([conv2d(builder, odd, { name: 'second', filters: 2, kernel: 3 })]);
  const bytes = Buffer.from(await writeOnnx({ graph, weights: initializeWeights(graph, 3) }));
  // An op that nobody knows, of a name that is as long.
  for (let at = bytes.indexOf('Sigmoid'); at >= 0; at = bytes.indexOf('Sigmoid')) bytes.write('Sigmoyd', at);
  model = join(folder, 'tiny.onnx');
  await writeFile(model, bytes);
  image = join(folder, 'grey.bmp');
  await writeFile(image, bmp({ width: 6, height: 6, bits: 24, rgb: new Array(108).fill(99) }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const scaled = ['--mean', '0', '--std', '255'];

describe('a file with an op that cannot be read', () => {
  it('is counted as far as it can be, and the rest is named', async () => {
    const cost = (await sepconvJson(['cost', model, '--json'])) as {
      totals: { macs: number };
      left: { op: string; why: string }[];
    };
    expect(cost.totals.macs).toBe(6 * 6 * 3 * 3 * 3 * 4);
    expect(cost.left.map(({ op }) => op)).toEqual(['Sigmoyd', 'Conv']);
    const { code, stdout } = await sepconv(['cost', model]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /Not counted, since it cannot be read, or reads what cannot: Sigmoyd\s+\(1×\),\s+Conv\s+\(1×\)/,
    );
    expect(tooWide(stdout)).toEqual([]);
  });

  it('runs up to that op', async () => {
    const whole = await sepconv(['run', model, image, ...scaled]);
    expect(whole).toMatchObject({ code: 1, stderr: expect.stringContaining('Sigmoyd') });
    const part = (await sepconvJson(['run', model, image, ...scaled, '--until', 'active', '--json'])) as {
      shape: number[];
      min: number;
      data: number[];
    };
    // As the file counts: channels first.
    expect(part.shape).toEqual([1, 4, 6, 6]);
    expect(part.data).toHaveLength(144);
    expect(part.min).toBeGreaterThanOrEqual(0);
    expect(Math.max(...part.data)).toBeGreaterThan(0);
    const { stdout } = await sepconv(['run', model, image, ...scaled, '--until', 'active']);
    expect(stdout).toContain('1×4×6×6 numbers from');
  });

  it.each([
    [['--until', 'odd'], 1, /Sigmoyd/],
    [['--until', 'nowhere'], 1, /has no node "nowhere"/],
    [['--until', 'active', '--top', '3'], 2, /--top would be ignored/],
  ])('refuses %j in one sentence', async (more, code, message) => {
    const ended = await sepconv(['run', model, image, ...scaled, ...more]);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(message);
  });
});
