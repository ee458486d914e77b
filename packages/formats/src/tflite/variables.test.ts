import { describe, expect, test } from 'vitest';
import { fuzzRuns } from '../../test/fuzz.js';
import { fuzzBytes } from '../../test/mutate.js';
import { inspectTflite, readTflite } from '../../test/read-now.js';
import { runTflite } from '../../test/run-tflite.js';
import { type TestModel, type TestOperator, tfliteFile } from '../../test/tflite-file.js';

// A string is a list of bytes, and of a list of one int32 its reader takes the first byte.
const handle = (name: string, output: number): TestOperator => ({
  code: 142,
  inputs: [],
  outputs: [output],
  options: [111, { slot: 1, int32s: [name.charCodeAt(0)] }],
});
const read = (from: number, to: number): TestOperator => ({ code: 143, inputs: [from], outputs: [to] });
const assign = (to: number, value: number): TestOperator => ({ code: 144, inputs: [to, value], outputs: [] });
const add = (a: number, b: number, to: number): TestOperator => ({
  code: 0,
  inputs: [a, b],
  outputs: [to],
  options: [11],
});
const row = { shape: [3] };
const resource = { shape: [], type: 'resource' } as const;
const first = { ...row, data: Float32Array.of(10, 20, 30) };

/** y = x + v, where v begins with 10, 20, 30; v = y; z = v + x, which is x twice and what v began with. */
const stream: TestModel = {
  tensors: [row, resource, row, row, row, row],
  operators: [
    { code: 129, inputs: [], outputs: [], options: [103, { slot: 0, int32: 1 }] },
    handle('v', 1),
    read(1, 2),
    add(0, 2, 3),
    assign(1, 3),
    read(1, 4),
    add(4, 0, 5),
  ],
  inputs: [0],
  outputs: [5],
  subgraphs: [
    {
      tensors: [resource, first],
      operators: [handle('v', 0), assign(0, 1)],
      inputs: [],
      outputs: [],
    },
  ],
};

describe('variables', () => {
  test('begin with what the file assigns once, and are what a run assigns before it reads them', () => {
    expect([...runTflite(stream, [1, 2, 3]).data]).toEqual([12, 24, 36]);
    const file = tfliteFile(stream);
    expect(readTflite(file).warnings).toEqual([
      'The variable "v" of the file begins in every run with its first value, as in the runtime\'s first run.',
    ]);
    expect(inspectTflite(file).unsupported).toEqual([]);
  });

  test('of which nothing is known are refused where they are read', () => {
    const unknown = { ...stream, operators: stream.operators.slice(1) };
    expect(() => readTflite(tfliteFile(unknown))).toThrow(
      'READ_VARIABLE "t2": reads a variable to which nothing is assigned that is known before the network runs',
    );
  });

  test('of damaged files end in a network or a FormatError', () => {
    const file = tfliteFile(stream);
    fuzzBytes(file, Math.ceil(fuzzRuns / 5), (bytes) => readTflite(bytes).network, inspectTflite);
  });
});
