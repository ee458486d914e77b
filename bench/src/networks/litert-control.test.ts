/** @file TFLite files with IF and WHILE, whose conditions are known when they are read, beside LiteRT.js in Chromium. */

import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, elementCount } from '@sepconv/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTflite } from '../../../packages/formats/test/read-now.js';
import {
  type TestModel,
  type TestOperator,
  type TestSubgraph,
  type TestTensor,
  tfliteFile,
} from '../../../packages/formats/test/tflite-file.js';
import { chromiumTitle, hasChromium, type LiteRt, openLiteRt } from '../testing/litert.js';

const real = (...shape: number[]): TestTensor => ({ shape });
const whole = (...shape: number[]): TestTensor => ({ shape, type: 'int32' });
const truth: TestTensor = { shape: [], type: 'bool' };
const ints = (shape: readonly number[], ...list: number[]): TestTensor => ({
  shape,
  type: 'int32',
  data: Int32Array.from(list),
});
const yes: TestTensor = { shape: [], type: 'bool', data: Uint8Array.of(1) };
const no: TestTensor = { shape: [], type: 'bool', data: Uint8Array.of(0) };

const operator = (
  code: number,
  inputs: number[],
  outputs: number[],
  options?: TestOperator['options'],
): TestOperator => ({ code, inputs, outputs, ...(options && { options }) });
const int32 = (slot: number, value: number) => ({ slot, int32: value });

const add = (inputs: number[], output: number): TestOperator => operator(0, inputs, [output], [11]);
const mul = (inputs: number[], output: number): TestOperator => operator(18, inputs, [output], [21]);
const less = (inputs: number[], output: number): TestOperator => operator(58, inputs, [output], [41]);
const choose = (inputs: number[], outputs: number[], then: number, otherwise: number): TestOperator =>
  operator(118, inputs, outputs, [92, int32(0, then), int32(1, otherwise)]);
const repeat = (inputs: number[], outputs: number[], condition: number, body: number): TestOperator =>
  operator(119, inputs, outputs, [93, int32(0, condition), int32(1, body)]);

const sumWithItself: TestSubgraph = {
  tensors: [real(2, 3), real(2, 3)],
  operators: [add([0, 0], 1)],
  inputs: [0],
  outputs: [1],
};
const square: TestSubgraph = {
  tensors: [real(2, 3), real(2, 3)],
  operators: [mul([0, 0], 1)],
  inputs: [0],
  outputs: [1],
};
/** Rounds below 4. */
const below: TestSubgraph = {
  tensors: [whole(), real(2, 3), ints([], 4), truth],
  operators: [less([0, 2], 3)],
  inputs: [0, 1],
  outputs: [3],
};
const step: TestSubgraph = {
  tensors: [whole(), real(2, 3), ints([], 1), whole(), real(2, 3)],
  operators: [add([0, 2], 3), add([1, 1], 4)],
  inputs: [0, 1],
  outputs: [3, 4],
};

const conditional = (condition: TestTensor): TestModel => ({
  tensors: [real(2, 3), condition, real(2, 3)],
  operators: [choose([1, 0], [2], 1, 2)],
  inputs: [0],
  outputs: [2],
  subgraphs: [sumWithItself, square],
});

/** Four rounds of a body that is given the round, the rows of the input, and a list of results, which it fills row by row. */
const rowByRow = (body: NonNullable<TestModel['subgraphs']>[number]): TestModel => ({
  tensors: [
    real(4, 3),
    ints([], 0),
    { shape: [4, 3], data: new Float32Array(12) },
    whole(),
    real(4, 3),
    real(4, 3),
  ],
  operators: [repeat([1, 0, 2], [3, 4, 5], 1, 2)],
  inputs: [0],
  outputs: [5],
  subgraphs: [
    {
      tensors: [whole(), real(4, 3), real(4, 3), ints([], 4), truth],
      operators: [less([0, 3], 4)],
      inputs: [0, 1, 2],
      outputs: [4],
    },
    body,
  ],
});

const cases: Readonly<Record<string, TestModel>> = {
  'an IF that holds': conditional(yes),
  'an IF that does not': conditional(no),
  'a WHILE': {
    tensors: [real(2, 3), ints([], 1), whole(), real(2, 3)],
    operators: [repeat([1, 0], [2, 3], 1, 2)],
    inputs: [0],
    outputs: [3],
    subgraphs: [below, step],
  },
  'a WHILE that does not run': {
    tensors: [real(2, 3), ints([], 4), whole(), real(2, 3), real(2, 3)],
    operators: [repeat([1, 0], [2, 3], 1, 2), mul([3, 3], 4)],
    inputs: [0],
    outputs: [4],
    subgraphs: [below, step],
  },
  'an IF inside a WHILE, which differs from round to round': {
    tensors: [real(2, 3), ints([], 0), whole(), real(2, 3)],
    operators: [repeat([1, 0], [2, 3], 1, 2)],
    inputs: [0],
    outputs: [3],
    subgraphs: [
      below,
      {
        tensors: [whole(), real(2, 3), ints([], 1), whole(), ints([], 2), truth, real(2, 3)],
        operators: [add([0, 2], 3), less([0, 4], 5), choose([5, 1], [6], 3, 4)],
        inputs: [0, 1],
        outputs: [3, 6],
      },
      sumWithItself,
      square,
    ],
  },
  'rows taken and put round by round': rowByRow({
    tensors: [
      ...[whole(), real(4, 3), real(4, 3), ints([], 1), whole()],
      ...[real(3), ints([2], 1, 3), real(1, 3), real(1, 3), ints([], 0), whole(2), real(4, 3)],
    ],
    operators: [
      add([0, 3], 4),
      operator(36, [1, 0], [5], [23]),
      operator(22, [5, 6], [7], [17]),
      add([7, 7], 8),
      operator(83, [0, 9], [10], [59, int32(0, 2)]),
      operator(151, [2, 8, 10], [11]),
    ],
    inputs: [0, 1, 2],
    outputs: [4, 1, 11],
  }),
};

/** The list of results is cut around the row of the round and joined again. */
const cutAndJoined = rowByRow({
  tensors: [
    whole(),
    real(4, 3),
    real(4, 3),
    ints([], 1),
    whole(),
    real(3), // 5: the row
    real(1, 3),
    ints([2], 1, 3), // 7
    ints([2], 0, 0), // 8
    whole(2), // 9: [round, 0]
    ints([], 0), // 10
    real(-1, 3), // 11: before
    ints([], 3), // 12: columns
    whole(2), // 13: [round, 3]
    real(-1, 3), // 14: behind
    whole(2), // 15: [round + 1, 0]
    ints([2], -1, -1), // 16
    real(4, 3), // 17
    real(1, 3), // 18
  ].map((tensor) => ({ ...tensor, shape: tensor.shape.map((size) => (size === -1 ? 1 : size)) })),
  operators: [
    add([0, 3], 4),
    operator(36, [1, 0], [5], [23]),
    operator(22, [5, 7], [6], [17]),
    add([6, 6], 18),
    operator(83, [0, 10], [9], [59, int32(0, 2)]),
    operator(83, [0, 12], [13], [59, int32(0, 2)]),
    operator(83, [4, 10], [15], [59, int32(0, 2)]),
    operator(65, [2, 8, 13], [11], [49]),
    operator(65, [2, 15, 16], [14], [49]),
    operator(2, [11, 18, 14], [17], [10]),
  ],
  inputs: [0, 1, 2],
  outputs: [4, 1, 17],
});

describe.skipIf(!hasChromium)(`control flow gives what LiteRT.js gives${chromiumTitle}`, () => {
  let runtime: LiteRt;
  beforeAll(async () => {
    runtime = await openLiteRt();
  }, 60_000);
  afterAll(() => runtime?.close());

  test.each(Object.entries(cases))('%s', async (_, model) => {
    const file = tfliteFile(model);
    const shape = model.tensors[model.inputs[0] as number]?.shape ?? [];
    const random = createRandom(5);
    const data = Float32Array.from({ length: elementCount(shape) }, () => 2 * random.next() - 1);
    const { network, inputs, outputs, warnings } = readTflite(file);
    expect(warnings).toEqual([]);
    const results = runReference(
      network,
      new Map([[inputs[0]?.name ?? '', createTensor('float32', shape, data)]]),
    );
    const [theirs = []] = await runtime.run(file, [[{ dtype: 'float32', shape, data }]]);
    outputs.forEach(({ name }, i) => {
      expect([...(results.get(name)?.data ?? [])]).toEqual(theirs[i]);
    });
  });
});

test('rows that are cut out and joined again, some of them none', () => {
  const data = Float32Array.from({ length: 12 }, (_, i) => i - 5);
  const { network, inputs, outputs } = readTflite(tfliteFile(cutAndJoined));
  const given = new Map([[inputs[0]?.name ?? '', createTensor('float32', [4, 3], data)]]);
  const result = runReference(network, given).get(outputs[0]?.name ?? '');
  expect(result?.data).toEqual(data.map((value) => 2 * value));
});

test('a WHILE without end is refused, and so are subgraphs that run themselves', () => {
  const forever: TestModel = {
    tensors: [real(2, 3), real(2, 3)],
    operators: [repeat([0], [1], 1, 2)],
    inputs: [0],
    outputs: [1],
    subgraphs: [{ tensors: [real(2, 3), yes], operators: [], inputs: [0], outputs: [1] }, sumWithItself],
  };
  expect(() => readTflite(tfliteFile(forever))).toThrow('made to exhaust memory');
  const itself = { tensors: [real(2, 3), yes, real(2, 3)], operators: [choose([1, 0], [2], 1, 1)] };
  const nested = { ...itself, inputs: [0], outputs: [2] };
  expect(() => readTflite(tfliteFile({ ...nested, subgraphs: [nested] }))).toThrow('too deep');
});

test('a condition that depends on an input is refused by name', () => {
  const file = tfliteFile({
    tensors: [real(2, 3), truth, real(2, 3), real(), real()],
    operators: [less([4, 3], 1), choose([1, 0], [2], 1, 2)],
    inputs: [0, 3, 4],
    outputs: [2],
    subgraphs: [sumWithItself, square],
  });
  expect(() => readTflite(file)).toThrow('a condition that depends on what the network computes');
});
