import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sepconv, sepconvJson, tooWide } from '../testing/terminal.js';

const colors = fileURLToPath(new URL('../../test/colors.tflite', import.meta.url));

describe('cost --json', () => {
  it.each([
    [['mobilenet-v1'], 568_740_352, 4_231_976, 4_253_864],
    [['mobilenet-v2'], 300_774_272, 3_504_872, 3_538_984],
    [['mobilenet-v1', '--standard'], 4_867_293_184, 29_294_088, undefined],
    [['mobilenet-v1', '--shallow'], 307_323_392, undefined, undefined],
  ])('%j', async (argv, macs, trainable, total) => {
    const { totals, layers } = (await sepconvJson(['cost', ...argv, '--json'])) as {
      totals: { macs: number; params: { trainable: number; total: number } };
      layers: { macs: number }[];
    };
    expect(totals.macs).toBe(macs);
    if (trainable !== undefined) expect(totals.params.trainable).toBe(trainable);
    if (total !== undefined) expect(totals.params.total).toBe(total);
    expect(layers.reduce((sum, layer) => sum + layer.macs, 0)).toBe(macs);
  });

  it('takes width, resolution, classes and batch', async () => {
    const options = ['--width', '0.25', '--resolution', '128', '--classes', '10', '--batch', '2'];
    const cost = await sepconvJson(['cost', 'mobilenet-v1', ...options, '--json']);
    expect(cost).toMatchObject({ input: [2, 128, 128, 3] });
    expect((cost as { layers: { outputShape: number[] }[] }).layers.at(-1)?.outputShape).toEqual([2, 10]);
  });

  it('reads a model file', async () => {
    expect(await sepconvJson(['cost', colors, '--json'])).toMatchObject({ totals: { macs: 9 } });
  });
});

describe('cost as text', () => {
  it('has every layer that works, the totals, the shares, in 80 columns', async () => {
    for (const name of ['mobilenet-v1', 'mobilenet-v2']) {
      const { code, stdout, stderr } = await sepconv(['cost', name]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(tooWide(stdout)).toEqual([]);
      expect(stdout).toMatch(/block_3\/depthwise +depthwise +56×56×1\d\d +\d\.\d\d M/);
      expect(stdout).toMatch(/pointwise +\d\d +\d+\.\d\d M +\d\d\.\d %/);
    }
  });

  it('keeps 80 columns with long names', async () => {
    const { stdout } = await sepconv(['cost', colors], { width: 60 });
    expect(tooWide(stdout, 60).filter((line) => !/MACs =|trainable|memory/.test(line))).toEqual([]);
  });
});

describe('cost --csv', () => {
  it('has one line per node', async () => {
    const { stdout } = await sepconv(['cost', 'mobilenet-v1', '--csv']);
    const [titles, ...lines] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    const macs = titles?.indexOf('macs') ?? -1;
    expect(lines.every((cells) => cells.length === titles?.length)).toBe(true);
    expect(lines.reduce((sum, cells) => sum + Number(cells[macs]), 0)).toBe(568_740_352);
    expect(lines[0]?.slice(0, 5)).toEqual(['stem/conv', 'conv2d', 'standard', '1x224x224x3', '1x112x112x32']);
  });
});

describe('a file that cannot be used', () => {
  it.each([
    [
      './nowhere.tflite',
      /the model "\.\/nowhere\.tflite" cannot be read: there is no such file \(looked for \//,
    ],
    [fileURLToPath(new URL('.', import.meta.url)), /it is not a regular file/],
    [fileURLToPath(import.meta.url), /the model ".*cost\.test\.ts" cannot be used: /],
  ])('%s', async (path, words) => {
    const { code, stdout, stderr } = await sepconv(['cost', path]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^sepconv: [^\n]+\n$/);
  });
});
