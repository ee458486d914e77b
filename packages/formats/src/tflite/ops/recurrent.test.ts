import { createRandom, randomTensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { fuzzRuns } from '../../../test/fuzz.js';
import { fuzzBytes } from '../../../test/mutate.js';
import { inspectTflite, readTflite } from '../../../test/read-now.js';
import { runOnnx } from '../../../test/run-onnx.js';
import { runTflite } from '../../../test/run-tflite.js';
import { type TestModel, type TestTensor, tfliteFile } from '../../../test/tflite-file.js';

const [steps, inputs, units] = [4, 3, 2];
const random = createRandom(2);
const floats = (...shape: number[]): number[] => [...randomTensor(shape, random).data];
/** Numbers of each gate, i, o, f and c. */
const gates = 'iofc'.split('').map(() => ({
  input: floats(units, inputs),
  state: floats(units, units),
  bias: floats(units),
}));
const peepholes = [floats(units), floats(units), floats(units)];

const constant = (shape: number[], numbers: number[]): TestTensor => ({
  shape,
  data: Float32Array.from(numbers),
});

interface Options {
  readonly batch?: number;
  readonly isTimeMajor?: boolean;
  readonly hasPeepholes?: boolean;
  readonly state?: Partial<TestTensor>;
}

function lstm({ batch = 1, isTimeMajor = false, hasPeepholes = false, state = {} }: Options): TestModel {
  const [i, o, f, c] = gates as [(typeof gates)[0], (typeof gates)[0], (typeof gates)[0], (typeof gates)[0]];
  const inOrder = [i, f, c, o];
  const dims = isTimeMajor ? [steps, batch] : [batch, steps];
  const tensors: TestTensor[] = [
    { shape: [...dims, inputs] },
    ...inOrder.map(({ input }) => constant([units, inputs], input)),
    ...inOrder.map(({ state: numbers }) => constant([units, units], numbers)),
    // The file counts input, forget and output; ONNX input, output and forget.
    ...[0, 2, 1].map((at) => constant([units], peepholes[at] as number[])),
    ...inOrder.map(({ bias }) => constant([units], bias)),
    { shape: [batch, units], isVariable: true, ...state },
    { shape: [batch, units], isVariable: true },
    { shape: [...dims, units] },
  ];
  const at = (from: number, count: number) => Array.from({ length: count }, (_, k) => from + k);
  const absent = [-1, -1, -1];
  const given = [...at(0, 9), ...(hasPeepholes ? at(9, 3) : absent), ...at(12, 4), -1, -1, 16, 17];
  return {
    tensors,
    operators: [
      {
        code: 44,
        inputs: [...given, -1, -1, -1, -1],
        outputs: [18],
        options: [71, { slot: 0, int8: 4 }, { slot: 1, float32: 10 }, { slot: 3, int8: isTimeMajor ? 1 : 0 }],
      },
    ],
    inputs: [0],
    outputs: [18],
  };
}

/** The same layer out of an ONNX file, whose reader is tested beside onnxruntime; steps first. */
function onnx(batch: number, hasPeepholes: boolean, x: readonly number[]): number[] {
  const all = (pick: (gate: (typeof gates)[0]) => number[]) => gates.flatMap(pick);
  const zeros = new Array<number>(4 * units).fill(0);
  const result = runOnnx(
    {
      nodes: [
        {
          op: 'LSTM',
          inputs: ['x', 'w', 'r', 'b', '', '', '', hasPeepholes ? 'p' : ''],
          outputs: ['y'],
          attributes: { hidden_size: units },
        },
      ],
      initializers: {
        w: { dims: [1, 4 * units, inputs], floats: all(({ input }) => input) },
        r: { dims: [1, 4 * units, units], floats: all(({ state }) => state) },
        b: { dims: [1, 8 * units], floats: [...all(({ bias }) => bias), ...zeros] },
        p: { dims: [1, 3 * units], floats: peepholes.flat() },
      },
      inputs: { x: [steps, batch, inputs] },
      outputs: ['y'],
    },
    { x },
  );
  return [...result.data];
}

/** Steps and batch exchanged. */
const turned = (numbers: readonly number[], outer: number, inner: number, size: number): number[] =>
  Array.from({ length: inner * outer * size }, (_, i) => {
    const [a, b] = [Math.floor(i / size / outer), Math.floor(i / size) % outer];
    return numbers[(b * inner + a) * size + (i % size)] as number;
  });

describe('UNIDIRECTIONAL_SEQUENCE_LSTM', () => {
  test.each([false, true])('gives what ONNX’s LSTM gives, with peepholes: %s', (hasPeepholes) => {
    const x = floats(steps, 1, inputs);
    expect([...runTflite(lstm({ hasPeepholes }), x).data]).toEqual(onnx(1, hasPeepholes, x));
  });

  test('takes the steps first, or the batch', () => {
    const x = floats(steps, 3, inputs);
    const expected = onnx(3, false, x);
    expect([...runTflite(lstm({ batch: 3, isTimeMajor: true }), x).data]).toEqual(expected);
    const batchFirst = runTflite(lstm({ batch: 3 }), turned(x, steps, 3, inputs));
    expect([...batchFirst.data]).toEqual(turned(expected, steps, 3, units));
  });

  test('warns of a state that the runtime would keep, and refuses one that the file sets', () => {
    const { warnings } = readTflite(tfliteFile(lstm({})));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('begins with zeros in every run');
    const set = constant([1, units], [1, 2]);
    expect(() => readTflite(tfliteFile(lstm({ state: { ...set, isVariable: false } })))).toThrow(
      'which must be zeros',
    );
  });
});

test('mutants end in a network or a FormatError', () => {
  const read = (bytes: Uint8Array) => readTflite(bytes).network;
  fuzzBytes(tfliteFile(lstm({ hasPeepholes: true })), Math.ceil(fuzzRuns / 5), read, inspectTflite);
});
