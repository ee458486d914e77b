import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onnxFile } from '../../../packages/formats/test/onnx-file.ts';
import { computing } from './options.ts';
import { formatSummary, summarize } from './report.ts';
import { runFolder } from './run-folder.ts';

/** A tensor file of two float32. */
const pair = (...numbers: readonly [number, number]): Uint8Array =>
  Uint8Array.of(8, 2, 16, 1, 74, 8, ...new Uint8Array(Float32Array.from(numbers).buffer));

/** A tensor file of two float64. */
const doubles = (...numbers: readonly [number, number]): Uint8Array =>
  Uint8Array.of(8, 2, 16, 11, 74, 16, ...new Uint8Array(Float64Array.from(numbers).buffer));

test('a case of numbers beyond float32 is unsupported, with the number', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sepconv-conformance-'));
  for (const [name, input, output] of [
    ['input', doubles(1e198, 2), doubles(-1e198, -2)],
    ['output', doubles(3, 2), doubles(-1e198, -2)],
    ['within', doubles(3, 2), doubles(-3, -2)],
  ] as const) {
    const data = join(folder, name, 'test_data_set_0');
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, 'input_0.pb'), input);
    writeFileSync(join(data, 'output_0.pb'), output);
    const nodes = [{ op: 'Neg', inputs: ['x'], outputs: ['y'] }];
    writeFileSync(
      join(folder, name, 'model.onnx'),
      onnxFile({ nodes, inputs: { 'x:11': [2] }, outputs: ['y:11'] }),
    );
  }
  const { passed, failed, unsupported } = summarize((await runFolder(folder, 'reference')).results);
  rmSync(folder, { recursive: true, force: true });
  expect(passed).toEqual(['within']);
  expect(failed).toEqual([]);
  expect(unsupported.map(({ why }) => why)).toEqual([
    'input_0 holds 1e+198, which is beyond float32: networks are computed in float32',
    'output_0 holds -1e+198, which is beyond float32: networks are computed in float32',
  ]);
});

describe('weights in another file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sepconv-conformance-'));
    for (const [name, weights] of [
      ['beside', Float32Array.of(10, 20)],
      ['missing', undefined],
      ['too-short', Float32Array.of(10)],
    ] as const) {
      const data = join(folder, name, 'test_data_set_0');
      mkdirSync(data, { recursive: true });
      writeFileSync(join(data, 'input_0.pb'), pair(1, 2));
      writeFileSync(join(data, 'output_0.pb'), pair(11, 22));
      const model = onnxFile({
        nodes: [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
        initializers: { w: { dims: [2], external: { location: 'weights.bin' } } },
        inputs: { x: [2] },
        outputs: ['y'],
      });
      writeFileSync(join(folder, name, 'model.onnx'), model);
      if (weights !== undefined) writeFileSync(join(folder, name, 'weights.bin'), weights);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('are read from the case’s folder; a case that lacks them, or a part, has failed', async () => {
    const { passed, failed, unsupported } = summarize((await runFolder(folder, 'reference')).results);
    expect(passed).toEqual(['beside']);
    expect(unsupported).toEqual([]);
    expect(failed.map(({ name }) => name)).toEqual(['missing', 'too-short']);
    expect(failed[0]?.why).toContain('weights.bin');
    expect(failed[1]?.why).toContain(
      'the tensor "w" is at bytes 0 to 8 of "weights.bin", but that file has 4 bytes',
    );
  });
});

const cases = fileURLToPath(new URL('../../../../shared/conformance/onnx-node', import.meta.url));
const isThere = existsSync(cases);
const title = isThere
  ? 'ONNX’s operator tests'
  : 'ONNX’s operator tests (skipped: ../shared/conformance/onnx-node is not there)';

describe.skipIf(!isThere)(title, () => {
  /** Relaxed SIMD is in Node from 22 on, and the flag of V8 that `wide` needs pays from 24 on. */
  const oldest: Readonly<Record<string, number>> = { relaxed: 22, wide: 24 };
  const node = Number(process.versions.node.split('.')[0]);
  const here = computing.filter((engine) => node >= (oldest[engine] ?? 0));

  test.each(here)('%s passes what the reference passes, and refuses the same', async (engine) => {
    const summary = summarize((await runFolder(cases, engine)).results);
    const reference = summarize((await runFolder(cases, 'reference')).results);
    expect(summary.failed).toEqual([]);
    expect(summary).toEqual(reference);
    expect(summary.passed.length).toBeGreaterThanOrEqual(186);
    expect(summary.passed.length + summary.unsupported.length).toBe(readdirSync(cases).length);
  });

  describe('copied and broken', () => {
    let folder: string;
    const source = join(cases, 'test_conv_with_strides_padding');
    const copyTo = (name: string): string => {
      cpSync(source, join(folder, name), { recursive: true });
      return join(folder, name);
    };

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'sepconv-conformance-'));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test('are failures with a sentence each, and never end the run', async () => {
      copyTo('whole');
      copyTo('deep/down/whole');
      rmSync(join(copyTo('no-model'), 'model.onnx'));
      rmSync(join(copyTo('no-data'), 'test_data_set_0'), { recursive: true });
      mkdirSync(join(folder, 'empty'));
      const cut = copyTo('cut-model');
      writeFileSync(join(cut, 'model.onnx'), readFileSync(join(cut, 'model.onnx')).subarray(0, 50));
      writeFileSync(join(copyTo('not-a-model'), 'model.onnx'), 'hello');
      rmSync(join(copyTo('no-output'), 'test_data_set_0/output_0.pb'));
      rmSync(join(copyTo('no-input'), 'test_data_set_0/input_1.pb'));
      writeFileSync(join(copyTo('cut-tensor'), 'test_data_set_0/output_0.pb'), new Uint8Array([8, 1, 16]));
      const wrong = join(copyTo('wrong'), 'test_data_set_0');
      const expected = new Uint8Array(readFileSync(join(wrong, 'output_0.pb')));
      expected[expected.length - 2] = (expected.at(-2) as number) ^ 0x40;
      mkdirSync(join(wrong, '../test_data_set_1'));
      cpSync(wrong, join(wrong, '../test_data_set_1'), { recursive: true });
      writeFileSync(join(wrong, '../test_data_set_1/output_0.pb'), expected);

      const { results, engine } = await runFolder(folder, 'reference');
      const { passed, failed, unsupported } = summarize(results);
      expect(passed).toEqual(['deep/down/whole', 'whole']);
      expect(unsupported).toEqual([]);
      expect(failed.map(({ name }) => name)).toEqual([
        'cut-model',
        'cut-tensor',
        'empty',
        'no-data',
        'no-input',
        'no-model',
        'no-output',
        'not-a-model',
        'wrong',
      ]);
      const why = new Map(failed.map((found) => [found.name, found.why]));
      expect(why.get('empty')).toBe('the folder has no model.onnx');
      expect(why.get('no-data')).toBe('the folder has no test_data_set_*');
      expect(why.get('no-output')).toBe('there are 0 files output_*.pb, but the model has 1 outputs');
      expect(why.get('wrong')).toMatch(/^test_data_set_1: gives .* instead of .* at element \d+$/);
      const report = formatSummary(results, engine);
      expect(report).toContain(
        '11 cases on reference: 2 passed (0 of them computed at load), 9 failed, 0 unsupported',
      );
    });

    test('a folder that is not there is an error, one without cases has no result', async () => {
      await expect(runFolder(join(folder, 'nowhere'), 'reference')).rejects.toThrow('nowhere');
      expect((await runFolder(join(folder, 'empty'), 'reference')).results).toEqual([]);
    });
  });
});
