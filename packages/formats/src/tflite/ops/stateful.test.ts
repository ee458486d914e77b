import { createRandom, elementCount } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { inspectTflite, readTflite } from '../../../test/read-now.js';
import { runTflite } from '../../../test/run-tflite.js';
import { type TestModel, type TestTensor, tfliteFile } from '../../../test/tflite-file.js';

const random = createRandom(4);
const numbers = (count: number): number[] => Array.from({ length: count }, () => random.next() - 0.5);
const constant = (shape: readonly number[], data: readonly number[]): TestTensor => ({
  shape,
  data: Float32Array.from(data),
});
const state = (...shape: number[]): TestTensor => ({ shape, isVariable: true });
const relu = (value: number): number => Math.max(0, value);

/** Row `row` of a matrix with so many columns, times a vector. */
const product = (matrix: readonly number[], row: number, vector: readonly number[]): number =>
  vector.reduce((sum, value, i) => sum + value * (matrix[row * vector.length + i] as number), 0);

describe('SVDF', () => {
  const [inputs, units, memory] = [5, 3, 4];

  test.each([
    [1, 1, 0, true],
    [2, 2, 1, true],
    [1, 2, 0, false],
  ])('of a batch of %i, rank %i, activation %i, bias %s', (batch, rank, activation, hasBias) => {
    const filters = units * rank;
    const [features, times] = [numbers(filters * inputs), numbers(filters * memory)];
    const [bias, data] = [numbers(units), numbers(batch * inputs)];
    const model: TestModel = {
      tensors: [
        { shape: [batch, inputs] },
        constant([filters, inputs], features),
        constant([filters, memory], times),
        constant([units], bias),
        state(batch, memory * filters),
        { shape: [batch, units] },
      ],
      operators: [
        {
          code: 27,
          inputs: [0, 1, 2, hasBias ? 3 : -1, 4],
          outputs: [5],
          options: [6, { slot: 0, int32: rank }, { slot: 1, int8: activation }],
        },
      ],
      inputs: [0],
      outputs: [5],
    };
    // As the runtime has it: what is remembered moves on by one step, the new products are last, and every step is weighted.
    const expected = Array.from({ length: batch }, (_, image) => {
      const row = data.slice(image * inputs, (image + 1) * inputs);
      const remembered = Array.from({ length: filters }, (_, filter) => [
        ...new Array<number>(memory - 1).fill(0),
        product(features, filter, row),
      ]);
      return Array.from({ length: units }, (_, unit) => {
        const parts = Array.from({ length: rank }, (_, r) =>
          product(times, unit * rank + r, remembered[unit * rank + r] as number[]),
        );
        const sum = parts.reduce((a, b) => a + b, hasBias ? (bias[unit] as number) : 0);
        return activation === 1 ? relu(sum) : sum;
      });
    }).flat();
    const file = tfliteFile(model);
    expect(readTflite(file).warnings.join()).toContain('begins with zeros in every run');
    expect(inspectTflite(file).unsupported).toEqual([]);
    const { data: mine } = runTflite(model, data);
    expected.forEach((value, i) => {
      expect(mine[i]).toBeCloseTo(value, 6);
    });
  });
});

describe('RNN', () => {
  const [inputs, units, steps] = [5, 3, 4];
  const weights = { input: numbers(units * inputs), state: numbers(units * units), bias: numbers(units) };

  /** The outputs of one sequence of rows. */
  function unrolled(rows: readonly (readonly number[])[], f: (value: number) => number): number[] {
    let kept = new Array<number>(units).fill(0);
    return rows.flatMap((row) => {
      const before = kept;
      kept = weights.bias.map((bias, unit) =>
        f(bias + product(weights.input, unit, row) + product(weights.state, unit, before)),
      );
      return kept;
    });
  }

  test.each([
    ['steps behind sequences', 2, false, 1],
    ['steps first', 2, true, 4],
    ['one sequence', 1, false, 4],
  ])('of several steps, %s', (_, batch, isTimeMajor, activation) => {
    const dims = isTimeMajor ? [steps, batch] : [batch, steps];
    const shape = [...dims, inputs];
    const data = numbers(elementCount(shape));
    const model: TestModel = {
      tensors: [
        { shape },
        constant([units, inputs], weights.input),
        constant([units, units], weights.state),
        constant([units], weights.bias),
        state(batch, units),
        { shape: [...dims, units] },
      ],
      operators: [
        {
          code: 35,
          inputs: [0, 1, 2, 3, 4],
          outputs: [5],
          options: [31, { slot: 0, int8: isTimeMajor ? 1 : 0 }, { slot: 1, int8: activation }],
        },
      ],
      inputs: [0],
      outputs: [5],
    };
    const place = (sequence: number, at: number): number =>
      isTimeMajor ? at * batch + sequence : sequence * steps + at;
    const { data: mine } = runTflite(model, data);
    for (let sequence = 0; sequence < batch; sequence++) {
      const rows = Array.from({ length: steps }, (_, at) => {
        const from = place(sequence, at) * inputs;
        return data.slice(from, from + inputs);
      });
      unrolled(rows, activation === 1 ? relu : Math.tanh).forEach((value, i) => {
        const at = place(sequence, Math.floor(i / units)) * units + (i % units);
        expect(mine[at]).toBeCloseTo(value, 6);
      });
    }
  });

  test('of one step', () => {
    const data = numbers(inputs);
    const model: TestModel = {
      tensors: [
        { shape: [1, inputs] },
        constant([units, inputs], weights.input),
        constant([units, units], weights.state),
        constant([units], weights.bias),
        state(1, units),
        { shape: [1, units] },
      ],
      operators: [{ code: 24, inputs: [0, 1, 2, 3, 4], outputs: [5], options: [7, { slot: 0, int8: 4 }] }],
      inputs: [0],
      outputs: [5],
    };
    const { data: mine } = runTflite(model, data);
    unrolled([data], Math.tanh).forEach((value, i) => {
      expect(mine[i]).toBeCloseTo(value, 6);
    });
  });
});
