import { describe, expect, test } from 'vitest';
import { inspectTflite, readTflite } from '../../test/read-now.js';
import { runTflite } from '../../test/run-tflite.js';
import { type TestOperator, type TestTensor, tfliteFile } from '../../test/tflite-file.js';
import { constants, int, ints, packed, reshaping } from '../../test/tflite-shapes.js';

describe('a reshape to what SHAPE, STRIDED_SLICE and PACK give', () => {
  test('has the shape that they give, where the file leaves it open', () => {
    const model = reshaping({ shape: [1, 1], signature: [-1, -1] }, constants, packed);
    expect(runTflite(model, [1, 2, 3, 4, 5, 6]).shape).toEqual([3, 2]);
    expect(readTflite(tfliteFile(model)).network.graph.nodes.map(({ op }) => op)).toEqual(['reshape']);
    expect(inspectTflite(tfliteFile(model)).unsupported).toEqual([]);
  });

  test('must agree with what the file says of it', () => {
    const model = reshaping({ shape: [2, 3] }, constants, packed);
    expect(() => readTflite(tfliteFile(model))).toThrow(/gives 3×2, but the file says that .* is 2×3/);
  });

  test('that depends on what the network computes is the shape that the file says, or refused', () => {
    // TOPK_V2 is no operator that computes shapes.
    const computed = [{ code: 48, inputs: [0] }];
    expect(runTflite(reshaping({ shape: [6] }, [], computed), [1, 2, 3, 4, 5, 6]).shape).toEqual([6]);
    expect(() => readTflite(tfliteFile(reshaping({ shape: [1, 1] }, [], computed)))).toThrow(
      'has a new shape that depends on what the network computes; the file says 1×1, which 1×2×3 does not fit',
    );
  });
});

const options = (type: number, slot: number, int32: number): Pick<TestOperator, 'options'> => ({
  options: [type, { slot, int32 }],
});

test.each<[string, readonly TestTensor[], Omit<TestOperator, 'outputs' | 'inputs'>, readonly number[]]>([
  ['CONCATENATION', [ints(3), ints(2)], { code: 2, ...options(10, 0, 0) }, [3, 2]],
  ['GATHER', [ints(5, 6, 1), ints(1, 2)], { code: 36, ...options(23, 0, 0) }, [6, 1]],
  ['REDUCE_PROD', [ints(2, 3), int(0)], { code: 81, options: [27, { slot: 0, int8: 1 }] }, [6]],
  ['FLOOR_DIV', [ints(13), ints(2)], { code: 90 }, [6]],
  ['FLOOR_MOD', [ints(-1), ints(7)], { code: 95 }, [6]],
  ['DIV', [ints(-13), ints(-2)], { code: 42, options: [29, { slot: 0, int8: 0 }] }, [6]],
  ['RANGE', [int(2), int(4), int(1)], { code: 96 }, [2, 3]],
  ['FILL', [ints(1), int(6)], { code: 94 }, [6]],
  [
    'SELECT',
    [{ shape: [2], type: 'bool', data: Uint8Array.of(1, 0) }, ints(2, 9), ints(9, 3)],
    { code: 64 },
    [2, 3],
  ],
  ['UNPACK', [{ ...ints(6), shape: [1, 1] }], { code: 88, ...options(64, 1, 0) }, [6]],
])('%s of constants is computed at load', (_, inputs, operator, wanted) => {
  const open = wanted.map(() => -1);
  const between = [{ ...operator, inputs: inputs.map((_, i) => 2 + i) }];
  const model = reshaping({ shape: wanted.map(() => 1), signature: open }, inputs, between);
  expect(readTflite(tfliteFile(model)).outputs[0]?.shape).toEqual(wanted);
});
