import { describe, expect, test } from 'vitest';
import { readTflite } from '../../test/read-now.js';
import { oneOperator, runTflite } from '../../test/run-tflite.js';
import { type TestModel, type TestTensor, tfliteFile } from '../../test/tflite-file.js';
import { DamagedFileError } from '../errors.js';

const sparse = (shape: number[], sparsity: TestTensor['sparsity'], ...stored: number[]): TestTensor => ({
  shape,
  data: Float32Array.from(stored),
  ...(sparsity && { sparsity }),
});

/** x + DENSIFY(constant), which is the constant where x is 0. */
const added = (constant: TestTensor): TestModel => ({
  tensors: [{ shape: constant.shape }, constant, { shape: constant.shape }, { shape: constant.shape }],
  operators: [
    { code: 124, inputs: [1], outputs: [2] },
    { code: 0, inputs: [0, 2], outputs: [3], options: [11] },
  ],
  inputs: [0],
  outputs: [3],
});
const dense = (constant: TestTensor): number[] => [
  ...runTflite(added(constant), new Array<number>(constant.shape.reduce((a, b) => a * b)).fill(0)).data,
];

describe('sparse constants', () => {
  test('rows of what is not 0', () => {
    const rows = {
      order: [0, 1],
      blockMap: [],
      levels: [
        3,
        [
          [0, 2, 2, 3],
          [0, 3, 1],
        ],
      ],
    } as const;
    expect(dense(sparse([3, 4], rows, 1, 2, 3))).toEqual([1, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0]);
  });

  test('columns first', () => {
    const columns = {
      order: [1, 0],
      blockMap: [],
      levels: [
        2,
        [
          [0, 1, 3],
          [2, 0, 1],
        ],
      ],
    } as const;
    expect(dense(sparse([3, 2], columns, 1, 2, 3))).toEqual([0, 2, 0, 3, 1, 0]);
  });

  test('blocks, as the schema shows them', () => {
    const blocks = {
      order: [0, 1, 2, 3],
      blockMap: [0, 1],
      levels: [
        2,
        [
          [0, 2, 3],
          [0, 1, 1],
        ],
        2,
        2,
      ],
    } as const;
    expect(dense(sparse([4, 4], blocks, 1, 0, 0, 4, 2, 3, 0, 0, 5, 0, 0, 6))).toEqual([
      1, 0, 2, 3, 0, 4, 0, 0, 0, 0, 5, 0, 0, 0, 0, 6,
    ]);
  });

  test('are read without an operator, as well', () => {
    const rows = { order: [0, 1], blockMap: [], levels: [1, [[0, 1], [2]]] } as const;
    const model = oneOperator({ code: 0, options: [11] }, { shape: [1, 4] }, sparse([1, 4], rows, 7), {
      shape: [1, 4],
    });
    expect([...runTflite(model, [1, 1, 1, 1]).data]).toEqual([1, 1, 8, 1]);
  });

  test.each([
    [
      'an index that is not there',
      { order: [0, 1], blockMap: [], levels: [3, [[0, 1, 1, 1], [4]]] },
      'index 4 of 4',
    ],
    [
      'too few lists',
      { order: [0, 1], blockMap: [], levels: [3, [[0, 1], [0]]] },
      'no indices at position 1',
    ],
    [
      'lists that overlap',
      {
        order: [0, 1],
        blockMap: [],
        levels: [
          3,
          [
            [0, 2, 1, 2],
            [0, 1],
          ],
        ],
      },
      'do not ascend',
    ],
    ['more elements than are stored', { order: [0, 1], blockMap: [], levels: [3, 4] }, 'which is not stored'],
    [
      'another size',
      { order: [0, 1], blockMap: [], levels: [2, 4] },
      '2 positions of dimension 0, where 3 are needed',
    ],
    [
      'a dimension twice',
      { order: [0, 0], blockMap: [], levels: [3, 4] },
      'does not name each of 2 dimensions',
    ],
  ] as const)('%s is refused', (_, sparsity, message) => {
    const read = () => readTflite(tfliteFile(added(sparse([3, 4], sparsity, 1, 2))));
    expect(read).toThrow(DamagedFileError);
    expect(read).toThrow(message);
  });
});
