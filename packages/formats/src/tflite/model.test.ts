import { describe, expect, test } from 'vitest';
import { readTflite } from '../../test/read-now.js';
import { oneOperator } from '../../test/run-tflite.js';
import { type TestModel, tfliteFile } from '../../test/tflite-file.js';
import { FormatError } from '../tflite.js';

const relu: TestModel = oneOperator({ code: 19 }, { shape: [1, 2] }, { shape: [1, 2] });
const messageOf = (bytes: Uint8Array): string => {
  try {
    readTflite(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return (error as Error).message;
  }
  return 'no refusal';
};

describe('files that are not TFLite, or no longer', () => {
  test('are named in one sentence', () => {
    expect(messageOf(new Uint8Array(0))).toMatch(/^the file is empty: download/);
    expect(messageOf(new TextEncoder().encode('<!doctype html>'))).toBe(
      'this is a text like HTML or XML: perhaps a download failed; download the file itself, on GitHub by "raw"',
    );
    expect(messageOf(Uint8Array.from({ length: 15 }, (_, k) => k))).toBe(
      'this is not a TFLite file: bytes 4 to 7 must be "TFL3", but are "\\u0004\\u0005\\u0006\\u0007" (the file has 15 bytes)',
    );
    expect(messageOf(tfliteFile(relu).subarray(0, 100))).toMatch(
      /^the TFLite file is damaged: .* needs \d+ bytes at byte \d+, but the file has 100 bytes\. Download or convert it again\.$/,
    );
  });

  test('may lie in a Buffer, whose slices do not copy', () => {
    const model = oneOperator(
      { code: 0, options: [11] },
      { shape: [2] },
      { shape: [2], data: Float32Array.of(1, 2) },
      { shape: [2] },
    );
    const { weights } = readTflite(Buffer.from(tfliteFile(model))).network;
    expect([...weights.values()].map(({ data }) => [...data])).toEqual([[1, 2]]);
  });

  test('are refused when they are something else than bytes', () => {
    expect(() => readTflite(new ArrayBuffer(8) as never)).toThrow('a file is read from a Uint8Array');
  });
});

describe('contradictions', () => {
  const broken = (change: Partial<TestModel>): string => messageOf(tfliteFile({ ...relu, ...change }));

  test('in the wiring are found', () => {
    const operator = { code: 19, inputs: [0], outputs: [1] };
    expect(broken({ operators: [{ ...operator, inputs: [7] }] })).toContain(
      'operator 0.inputs names tensor 7, but there are 2 tensors',
    );
    expect(broken({ operators: [operator, operator] })).toContain(
      'computes tensor 1 "t1", which is an input, a constant or computed already',
    );
    expect(broken({ operators: [{ ...operator, inputs: [1] }] })).toContain(
      'reads tensor 1 "t1", which nothing before it computes',
    );
    expect(broken({ operators: [{ ...operator, outputs: [0, 1] }] })).toContain('computes tensor 0');
    expect(broken({ operators: [{ ...operator, inputs: [] }] })).toContain('needs input 0, but has only 0');
    expect(broken({ inputs: [0, 0] })).toContain('is listed as an input twice');
    expect(broken({ inputs: [] })).toContain('the model has no input');
    expect(broken({ outputs: [] })).toContain('the model has no output');
    expect(broken({ operators: [] })).toContain('is computed by no operator and is no input');
  });

  test('in shapes name both', () => {
    expect(broken({ tensors: [{ shape: [1, 2] }, { shape: [2, 1] }] })).toContain(
      'gives 1×2, but the file says that tensor 1 "t1" is 2×1',
    );
    expect(broken({ tensors: [{ shape: [1, -1] }, { shape: [1, 2] }] })).toContain(
      'has the shape 1×-1, but dimension 1 must be an integer of at least 1, not -1',
    );
  });

  test('in sizes name both', () => {
    const model = oneOperator(
      { code: 0, options: [11] },
      { shape: [2] },
      { shape: [2], data: Float32Array.of(1) },
      { shape: [2] },
    );
    expect(messageOf(tfliteFile(model))).toContain('of float32 2 needs 8 bytes, but its buffer has 4');
  });
});

describe('limits', () => {
  test('refuse values that are too large for memory', () => {
    const huge = oneOperator({ code: 19 }, { shape: [1, 2 ** 30] }, { shape: [1, 2 ** 30] });
    expect(messageOf(tfliteFile(huge))).toContain('at most 268435456 are allowed');
    expect(readTflite(tfliteFile(huge), { maxElements: 2 ** 30 }).inputs[0]?.shape).toEqual([1, 2 ** 30]);
  });

  test('refuse what grows inside the network', () => {
    const data = Int32Array.of(0, 2 ** 30, 0, 0);
    const pad = oneOperator(
      { code: 34 },
      { shape: [1, 2] },
      { shape: [2, 2], type: 'int32', data },
      { shape: [2 ** 30 + 1, 2] },
    );
    expect(messageOf(tfliteFile(pad))).toContain('TFLite operator 0 PAD "t2": the output has the shape');
  });
});

describe('files made to exhaust the reader', () => {
  test('with many operands are read or refused in time', () => {
    const count = 200_000;
    const model = oneOperator({ code: 2, options: [10] }, { shape: [1] }, { shape: [count] });
    const inputs = new Array<number>(count).fill(0);
    const operators = model.operators.map((operator) => ({ ...operator, inputs }));
    expect(readTflite(tfliteFile({ ...model, operators })).outputs[0]?.shape).toEqual([count]);
  });

  test('with many dimensions are refused', () => {
    const shape = new Array<number>(17).fill(1);
    expect(messageOf(tfliteFile(oneOperator({ code: 19 }, { shape }, { shape })))).toBe(
      'tensor 0 has 17 dimensions, but at most 16 are supported',
    );
  });
});
