/** @file Small TFLite models whose shapes are computed, for tests. */
import type { TestModel, TestOperator, TestTensor } from './tflite-file.js';

export const ints = (...values: number[]): TestTensor => ({
  shape: [values.length],
  type: 'int32',
  data: Int32Array.from(values),
});
export const int = (value: number): TestTensor => ({ shape: [], type: 'int32', data: Int32Array.of(value) });

/** A model that reshapes `x` [1, 2, 3] to what operators between make of its shape. */
export function reshaping(
  said: TestTensor,
  constants: readonly TestTensor[],
  between: readonly Omit<TestOperator, 'outputs'>[],
): TestModel {
  const first = 2 + constants.length;
  const computed = between.map(() => ({ shape: [], type: 'int32' as const }));
  return {
    tensors: [{ shape: [1, 2, 3] }, said, ...constants, ...computed],
    operators: [
      ...between.map((operator, i) => ({ ...operator, outputs: [first + i] })),
      { code: 22, inputs: [0, first + between.length - 1], outputs: [1] },
    ],
    inputs: [0],
    outputs: [1],
  };
}

const strided = [32, { slot: 4, int32: 1 }] as const;
/** The shape's entry 1, one entry of it, packed behind −1: 6 numbers as 3 rows of 2. */
export const packed: readonly Omit<TestOperator, 'outputs'>[] = [
  { code: 77, inputs: [0] },
  { code: 45, inputs: [6, 2, 3, 4], options: [...strided] },
  { code: 83, inputs: [5, 7], options: [59, { slot: 0, int32: 2 }] },
];
export const constants = [ints(1), ints(2), ints(1), int(-1)];
