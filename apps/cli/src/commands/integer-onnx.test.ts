import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testNode as node, onnxFile } from '../../../../packages/formats/test/onnx-file.js';
import { sepconv, sepconvJson } from '../testing/terminal.js';

const weights = Int8Array.from({ length: 108 }, (_, i) => ((i * 37) % 90) - 45);

/** What onnxruntime's dynamic quantization writes. */
const model = onnxFile({
  nodes: [
    node('DynamicQuantizeLinear', 'x', 'q scale zero'),
    node('ConvInteger', 'q w zero', 'sums'),
    node('Cast', 'sums', 'floats', { to: 1 }),
    node('Mul', 'floats scale', 'y'),
  ],
  initializers: { w: { dims: [4, 3, 3, 3], raw: [3, weights] } },
  inputs: { x: [1, 3, 8, 8] },
  outputs: ['y'],
});

describe('an ONNX network with integers', () => {
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sepconv-integers-'));
    file = join(folder, 'dynamic.onnx');
    await writeFile(file, model);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is inspected and costed', async () => {
    expect((await sepconv(['inspect', file])).stdout).toMatch(/ConvInteger[\s\S]*can be read +yes/);
    // 6·6 pixels, 3·3·3 products, 4 channels.
    expect((await sepconv(['cost', file])).stdout).toMatch(/3\s888 MACs/);
  });

  it('is verified layer by layer: integers to the bit', async () => {
    const report = (await sepconvJson(['verify', file, '--json'])) as {
      readonly ok: boolean;
      readonly layers: readonly { readonly ops: readonly string[]; readonly errorOverBound: number }[];
    };
    expect(report.ok).toBe(true);
    const sums = report.layers.find(({ ops }) => ops.includes('conv-integer'));
    expect(sums?.errorOverBound).toBe(0);
  });

  it('is exported with its integers, and not as TFLite, with a sentence that names the op, and no file', async () => {
    const out = join(folder, 'out.onnx');
    expect((await sepconv(['export', file, '-o', out])).code).toBe(0);
    expect((await sepconv(['inspect', out])).stdout).toMatch(/ConvInteger[\s\S]*can be read +yes/);
    const lite = join(folder, 'out.tflite');
    const { code, stderr } = await sepconv(['export', file, '-o', lite]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/dynamic-quantize/);
    expect(existsSync(lite)).toBe(false);
  });
});
