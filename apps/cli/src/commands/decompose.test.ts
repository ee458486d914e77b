import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { costOf } from '@sepconv/cost-model';
import type { DecompositionTotals, LayerReport } from '@sepconv/decompose';
import { readNetwork } from '@sepconv/formats';
import { readSafetensors } from '@sepconv/formats/safetensors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bmp } from '../testing/bmp.js';
import { sepconv, sepconvJson, tooWide } from '../testing/terminal.js';

/** MobileNetV1's twin of standard convolutions, small enough to take a moment. */
const twin = ['mobilenet-v1', '--standard', '--width', '0.25', '--resolution', '32', '--classes', '5'];
const quick = [...twin, '--no-measure'];

let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sepconv-decompose-'));
  for (const [name, frequency] of [
    ['a.bmp', 1],
    ['b.bmp', 3],
  ] as const) {
    const rgb = Uint8Array.from(
      { length: 40 * 40 * 3 },
      (_, i) => 128 + 100 * Math.sin((frequency * i) / 700),
    );
    writeFileSync(file(name), bmp({ width: 40, height: 40, bits: 24, rgb }));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Answer {
  readonly network: string;
  readonly layers: readonly LayerReport[];
  readonly totals: DecompositionTotals;
  readonly output?: { readonly file: string; readonly bytes: number };
}
const answer = async (...argv: string[]) => (await sepconvJson(['decompose', ...argv, '--json'])) as Answer;

describe('decompose --json', { timeout: 60_000 }, () => {
  it('has every field of every layer, and totals', async () => {
    const { layers, totals } = await answer(...quick, '--rank', '1');
    expect(layers).toHaveLength(14);
    for (const layer of layers) {
      expect(layer).toMatchObject({
        rank: 1,
        energy: expect.any(Number),
        outputError: expect.any(Number),
        msBefore: null,
        msAfter: null,
        replaced: true,
        why: expect.stringMatching(/^rank 1 of \d keeps/),
      });
      expect(layer.macsAfter).toBeLessThan(layer.macsBefore);
      expect(layer.spectrum).toHaveLength(layer.exactRank!);
    }
    const saved = layers.reduce((sum, { macsBefore, macsAfter }) => sum + macsBefore - macsAfter!, 0);
    expect(totals).toMatchObject({ layers: 14, replaced: 14, macsAfter: totals.macsBefore - saved });
  });

  it('measures every layer and the network, unless it is told not to', async () => {
    const { layers, totals } = await answer(
      'mobilenet-v1',
      '--width',
      '0.25',
      '--resolution',
      '32',
      '--rank',
      '1',
    );
    expect(layers).toHaveLength(1);
    for (const times of [layers[0]!, totals]) {
      expect(times.msBefore).toBeGreaterThan(0);
      expect(times.msAfter).toBeGreaterThan(0);
    }
  });

  it('keeps a budget, and leaves what would cost more', async () => {
    const { totals } = await answer(...quick, '--budget', 'macs=0.3x');
    expect(totals.macsAfter).toBeLessThanOrEqual(0.3 * totals.macsBefore);
    const costly = await answer(...quick, '--energy', '1');
    expect(costly.totals.replaced).toBe(0);
    expect(costly.layers.every(({ why }) => /% of the multiply-adds: only ranks below/.test(why))).toBe(true);
    const forced = await answer(...quick, '--energy', '1', '--force');
    expect(forced.totals.replaced).toBe(14);
    expect(forced.totals.outputError).toBeLessThan(1e-4);
  });

  it('takes the other order', async () => {
    const { layers } = await answer(...quick, '--rank', '1', '--order', 'pointwise-depthwise');
    expect(layers.some(({ replaced }) => replaced)).toBe(true);
  });

  it('loses less where images say what matters', async () => {
    const images = ['--calibrate', file('a.bmp'), file('b.bmp'), '--mean', '127.5', '--std', '127.5'];
    const [plain, calibrated] = [
      await answer(...quick, '--rank', '1'),
      await answer(...quick, '--rank', '1', ...images),
    ];
    expect(calibrated.totals).toMatchObject({ errorInputs: 'calibration', inputCount: 2 });
    expect(calibrated.layers[0]!.outputError).toBeLessThan(plain.layers[0]!.outputError!);
    const sequential = await answer(...quick, '--rank', '1', ...images, '--sequential');
    expect(sequential.totals.outputError).toBeLessThan(calibrated.totals.outputError);
  });
});

describe('trained models beside the repository', { timeout: 60_000 }, () => {
  it.for(['mobilenet_v1_0.25_128_quant.tflite', 'mobilenet_v2_1.0_224_quant.tflite'])(
    '%s',
    async (name, { skip }) => {
      const model = fileURLToPath(new URL(`../../../../../shared/models/${name}`, import.meta.url));
      if (!existsSync(model)) return skip('../shared/models is not beside the repository');
      for (const order of ['depthwise-pointwise', 'pointwise-depthwise']) {
        const full = await answer(model, '--rank', '99', '--force', '--order', order, '--no-measure');
        expect(full.layers).toHaveLength(1);
        expect(full.layers[0]).toMatchObject({ replaced: true, energy: 1 });
        expect(full.layers[0]!.outputError).toBeLessThan(1e-5);
        expect(full.totals.outputError).toBeLessThan(1e-4);
      }
    },
  );
});

describe('decompose -o', { timeout: 60_000 }, () => {
  it('writes ONNX that can be read again, with what the report says', async () => {
    const { totals, output } = await answer(...quick, '--rank', '2', '-o', file('out/net.onnx'));
    const bytes = readFileSync(file('out/net.onnx'));
    expect(output).toEqual({ file: file('out/net.onnx'), bytes: bytes.length });
    expect(readdirSync(file('out'))).toEqual(['net.onnx']);
    const { network } = await readNetwork(bytes);
    expect(costOf(network.graph).totals.macs).toBe(totals.macsAfter);
    // What was written is a network like any other: nothing in it is left to decompose.
    const again = await answer(file('out/net.onnx'), '--rank', '1', '--no-measure');
    expect(again.layers.filter(({ replaced }) => replaced)).toEqual([]);
  });

  it('writes the weights alone as safetensors', async () => {
    await answer(...quick, '--rank', '1', '-o', file('weights.safetensors'));
    const { tensors } = readSafetensors(readFileSync(file('weights.safetensors')));
    expect(tensors.get('block_3/conv/depthwise/weight')?.shape).toEqual([3, 3, 32, 1]);
  });
});

describe('decompose as text', () => {
  it('has every layer, what stays and why, in 80 columns', async () => {
    const { code, stdout, stderr } = await sepconv(['decompose', ...quick, '--rank', '5']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(tooWide(stdout)).toEqual([]);
    expect(stdout).toMatch(/stem\/conv +█[▁-█]{7} +5 of 8 +\d\d\.\d % +\d\d\.\d % +1\.18× +stays/);
    expect(stdout).toMatch(/block_9\/conv +█[▁-█]{8} +5 of 9 +\d\d\.\d % +\d\d\.\d % +0\.5\d×\n/);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/stem\/conv stays: rank 5 takes 118 % of the multiply-adds/);
    expect(stdout.replace(/\s+/g, ' ')).toContain('The weights are random numbers');
  });

  it('has a help that fits', async () => {
    const { code, stdout } = await sepconv(['decompose', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('$ sepconv decompose model.onnx --energy 0.95 -o separable.onnx');
    expect(tooWide(stdout)).toEqual([]);
  });
});

describe('decompose refuses', () => {
  const cases: readonly (readonly [argv: readonly string[], code: number, words: RegExp])[] = [
    [twin, 2, /give --rank, --energy or --budget/],
    [
      [...twin, '--rank', '1', '--energy', '0.9'],
      2,
      /'--rank <T>' cannot be used with option '--energy <share>'/,
    ],
    [[...twin, '--rank', '0'], 2, /integer of at least 1/],
    [[...twin, '--energy', '1.5'], 2, /above 0 and at most 1/],
    [[...twin, '--budget', 'macs=2x'], 2, /at most macs=1x/],
    [[...twin, '--budget', 'ms=0.5x'], 2, /macs=0\.3x, ms=12 or error=0\.1/],
    [[...twin, '--budget', 'time=3'], 2, /macs=0\.3x, ms=12 or error=0\.1/],
    [[...quick, '--budget', 'ms=3'], 2, /leave --no-measure out/],
    [
      [...twin, '--rank', '1', '--order', 'both'],
      2,
      /Allowed choices are depthwise-pointwise, pointwise-depthwise/,
    ],
    [
      [...twin, '--rank', '1', '-o', 'net.json'],
      2,
      /"net\.json" must end in \.tflite, \.lite, \.onnx, or \.safetensors/,
    ],
    [
      [...quick, '--rank', '1', '--sequential'],
      2,
      /--sequential fits layers on images: give some with --calib/,
    ],
    [[...quick, '--rank', '1', '--calibrate', 'a.bmp'], 2, /--mean 127\.5 --std 127\.5/],
    [
      [...quick, '--budget', 'macs=0.001x'],
      1,
      /"mobilenet-v1" cannot be decomposed: the budget is \d+ MACs .* is the least/,
    ],
    [['./none.onnx', '--rank', '1'], 1, /the model "\.\/none\.onnx" cannot be read/],
    [
      ['./none.onnx', '--rank', '1', '--width', '0.5'],
      2,
      /--width is for the built-in networks, see sepconv decompose/,
    ],
    [
      [...quick, '--rank', '1', '--mean', '1', '--std', '1', '--calibrate', './none.png'],
      1,
      /the image "\.\/none\.png" cannot be read/,
    ],
  ];
  it.each(cases)('%j', async (argv, code, words) => {
    const result = await sepconv(['decompose', ...argv]);
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' });
    expect(result.stderr).toMatch(words);
    expect(result.stderr).toMatch(/^sepconv: [^\n]+\n$/);
  });

  it('and writes nothing then', async () => {
    const path = file('never.onnx');
    const { code } = await sepconv(['decompose', ...quick, '--budget', 'macs=0.001x', '-o', path]);
    expect({ code, exists: existsSync(path) }).toEqual({ code: 1, exists: false });
  });
});
