import { describe, expect, test } from 'vitest';
import { oneOperator, runTflite } from '../../../test/run-tflite.js';
import type { TestOperator, TestTensor } from '../../../test/tflite-file.js';

const ints = (...values: number[]): TestTensor => ({
  shape: [values.length],
  type: 'int32',
  data: Int32Array.from(values),
});
const floats = (...values: number[]): TestTensor => ({
  shape: [values.length],
  data: Float32Array.from(values),
});

interface Case {
  readonly operator: Pick<TestOperator, 'code' | 'options'>;
  readonly tensors: readonly TestTensor[];
  readonly inputs: readonly (readonly number[])[];
  readonly output: readonly number[];
}

/** A one-operator model with one float input. */
function unary(
  code: number,
  options: TestOperator['options'],
  [from, to]: readonly [number[], number[]],
  input: readonly number[],
  output: readonly number[],
  ...constants: TestTensor[]
): Case {
  const operator = options === undefined ? { code } : { code, options };
  return { operator, tensors: [{ shape: from }, ...constants, { shape: to }], inputs: [input], output };
}

const vector: readonly [number[], number[]] = [
  [1, 4],
  [1, 4],
];
const third = 1 / 3;

const cases: Readonly<Record<string, Case>> = {
  'ADD with broadcasting and RELU6': {
    operator: { code: 0, options: [11, { slot: 0, int8: 3 }] },
    tensors: [{ shape: [1, 4] }, floats(1), { shape: [1, 4] }],
    inputs: [[-3, -1, 2, 8]],
    output: [0, 0, 3, 6],
  },
  'AVERAGE_POOL_2D, SAME: the padding does not count': unary(
    1,
    [5, { slot: 1, int32: 2 }, { slot: 2, int32: 1 }, { slot: 3, int32: 2 }, { slot: 4, int32: 1 }],
    [
      [1, 1, 3, 1],
      [1, 1, 2, 1],
    ],
    [1, 3, 8],
    [2, 8],
  ),
  'CONCATENATION along −1': {
    operator: { code: 2, options: [10, { slot: 0, int32: -1 }] },
    tensors: [{ shape: [1, 2] }, { shape: [1, 1] }, { shape: [1, 3] }],
    inputs: [[1, 2], [3]],
    output: [1, 2, 3],
  },
  LOGISTIC: unary(14, undefined, vector, [0, 1, -1, 100], [0.5, 1 / (1 + Math.exp(-1)), 1 / (1 + Math.E), 1]),
  'MAX_POOL_2D, VALID': unary(
    17,
    [
      5,
      { slot: 0, int8: 1 },
      { slot: 1, int32: 1 },
      { slot: 2, int32: 1 },
      { slot: 3, int32: 2 },
      { slot: 4, int32: 1 },
    ],
    [
      [1, 1, 3, 1],
      [1, 1, 2, 1],
    ],
    [1, 3, 2],
    [3, 3],
  ),
  'MUL by a constant': unary(18, [21], vector, [1, 2, 3, 4], [2, 4, 6, 8], floats(2)),
  RELU: unary(19, undefined, vector, [-1, 0, 3, 8], [0, 0, 3, 8]),
  RELU_N1_TO_1: unary(20, undefined, vector, [-2, -0.5, 0.5, 2], [-1, -0.5, 0.5, 1]),
  RELU6: unary(21, undefined, vector, [-1, 0, 3, 8], [0, 0, 3, 6]),
  'RESHAPE with −1': unary(
    22,
    [17],
    [
      [1, 2, 2],
      [2, 2],
    ],
    [1, 2, 3, 4],
    [1, 2, 3, 4],
    ints(-1, 2),
  ),
  'RESHAPE as old files say it': unary(
    22,
    [17, { slot: 0, int32s: [4, 1] }],
    [
      [1, 4],
      [4, 1],
    ],
    [1, 2, 3, 4],
    [1, 2, 3, 4],
  ),
  SOFTMAX: unary(25, [9, { slot: 0, float32: 1 }], vector, [0, 0, 0, -1000], [third, third, third, 0]),
  'SOFTMAX with beta': unary(
    25,
    [9, { slot: 0, float32: 2 }],
    [
      [1, 2],
      [1, 2],
    ],
    [0, Math.log(2)],
    [0.2, 0.8],
  ),
  PAD: unary(
    34,
    [22],
    [
      [1, 2],
      [2, 5],
    ],
    [1, 2],
    [0, 1, 2, 0, 0, 0, 0, 0, 0, 0],
    {
      ...ints(0, 1, 1, 2),
      shape: [2, 2],
    },
  ),
  'PADV2 with a number': unary(
    60,
    [43],
    [
      [1, 1],
      [1, 3],
    ],
    [5],
    [-1, 5, -1],
    { ...ints(0, 0, 1, 1), shape: [2, 2] },
    floats(-1),
  ),
  'SLICE to the end': unary(
    65,
    [48],
    [
      [2, 3],
      [1, 2],
    ],
    [1, 2, 3, 4, 5, 6],
    [5, 6],
    ints(1, 1),
    ints(1, -1),
  ),
  'STRIDED_SLICE that drops a dimension': unary(
    45,
    [32, { slot: 0, int32: 2 }, { slot: 1, int32: 2 }, { slot: 4, int32: 1 }],
    [[2, 3], [2]],
    [1, 2, 3, 4, 5, 6],
    [4, 6],
    ints(-1, 9),
    ints(9, 9),
    ints(1, 2),
  ),
  TRANSPOSE: unary(
    39,
    [26],
    [
      [2, 3],
      [3, 2],
    ],
    [1, 2, 3, 4, 5, 6],
    [1, 4, 2, 5, 3, 6],
    ints(1, 0),
  ),
  'TRANSPOSE of extents 1': unary(
    39,
    [26],
    [
      [1, 3, 1, 1],
      [1, 1, 1, 3],
    ],
    [1, 2, 3],
    [1, 2, 3],
    ints(0, 2, 3, 1),
  ),
  'MEAN over height and width': unary(
    40,
    [27],
    [
      [1, 2, 1, 2],
      [1, 2],
    ],
    [1, 2, 3, 6],
    [2, 4],
    ints(1, -2),
  ),
  'MEAN that keeps the dimensions': unary(
    40,
    [27, { slot: 0, int8: 1 }],
    [
      [1, 2, 1, 2],
      [1, 1, 1, 2],
    ],
    [1, 2, 3, 6],
    [2, 4],
    ints(1, 2),
  ),
  'SUB of a constant': unary(41, [28], vector, [1, 2, 3, 4], [-1, 0, 1, 2], floats(2)),
  'SUB of a value': {
    operator: { code: 41, options: [28] },
    tensors: [floats(10), { shape: [1, 2] }, { shape: [1, 2] }],
    inputs: [[1, 2]],
    output: [9, 8],
  },
  'DIV by a constant': unary(42, [29], vector, [1, 2, 3, 4], [0.25, 0.5, 0.75, 1], floats(4)),
  'SQUEEZE of named dimensions': unary(
    43,
    [30, { slot: 0, int32s: [1, -2] }],
    [
      [1, 1, 1, 2],
      [1, 2],
    ],
    [1, 2],
    [1, 2],
  ),
  'SQUEEZE of all': unary(43, undefined, [[1, 1, 2], [2]], [1, 2], [1, 2]),
  'MAXIMUM with a number': unary(55, undefined, vector, [-2, 0, 1, 2], [1, 1, 1, 2], floats(1)),
  'MINIMUM with a number': unary(57, undefined, vector, [-2, 0, 1, 2], [-2, 0, 1, 1], floats(1)),
  ELU: unary(111, undefined, vector, [-100, -1, 0, 2], [-1, 1 / Math.E - 1, 0, 2]),
  EXPAND_DIMS: unary(
    70,
    undefined,
    [
      [1, 2],
      [1, 2, 1],
    ],
    [1, 2],
    [1, 2],
    ints(-1),
  ),
  'REDUCE_MAX over height and width': unary(
    82,
    [27],
    [
      [1, 2, 1, 2],
      [1, 2],
    ],
    [1, 6, 3, 2],
    [3, 6],
    ints(1, 2),
  ),
  GELU: unary(150, [116], vector, [-100, -1, 0, 1], [0, -0.15865525393, 0, 0.84134474607]),
  'GELU by tanh': unary(
    150,
    [116, { slot: 0, int8: 1 }],
    [
      [1, 2],
      [1, 2],
    ],
    [-1, 1],
    [-0.158808009, 0.841191991],
  ),
  LEAKY_RELU: unary(98, [75, { slot: 0, float32: 0.25 }], vector, [-4, -1, 0, 2], [-1, -0.25, 0, 2]),
  'PRELU, a slope per channel': unary(
    54,
    undefined,
    vector,
    [-1, -1, -1, 2],
    [-1, -2, -3, 2],
    floats(1, 2, 3, 4),
  ),
  HARD_SWISH: unary(117, undefined, vector, [-4, -1.5, 1, 5], [0, -0.375, 4 / 6, 5]),
  RELU_0_TO_1: unary(152, undefined, vector, [-1, 0.5, 1, 2], [0, 0.5, 1, 1]),
};

describe('float32 operators', () => {
  test.each(Object.entries(cases))('%s', (_, { operator, tensors, inputs, output }) => {
    const result = runTflite(oneOperator(operator, ...tensors), ...inputs);
    expect(result.shape).toEqual(tensors.at(-1)?.shape);
    expect(result.data.length).toBe(output.length);
    output.forEach((value, i) => {
      expect(result.data[i]).toBeCloseTo(value, 6);
    });
  });
});
