import { describe, expect, test } from 'vitest';
import { readTflite } from '../../../test/read-now.js';
import { oneOperator, runTflite } from '../../../test/run-tflite.js';
import { type TestOperator, type TestTensor, tfliteFile } from '../../../test/tflite-file.js';

const ints = (...values: number[]): TestTensor => ({
  shape: [values.length],
  type: 'int32',
  data: Int32Array.from(values),
});

describe('several outputs', () => {
  const split = (code: number, ...lengths: number[]): Parameters<typeof tfliteFile>[0] => ({
    tensors: [
      { shape: [2, 3] },
      { ...ints(1), shape: [1] },
      ints(2, -1),
      { shape: [2, lengths[0] ?? 0] },
      { shape: [2, lengths[1] ?? 0] },
      { shape: [2, 3] },
    ],
    operators: [
      { code, inputs: code === 49 ? [1, 0] : [0, 2, 1], outputs: [3, 4] },
      { code: 2, options: [10, { slot: 0, int32: 1 }], inputs: [4, 3], outputs: [5] },
    ],
    inputs: [0],
    outputs: [5],
  });

  test('SPLIT_V gives parts of stated lengths', () => {
    expect([...runTflite(split(102, 2, 1), [1, 2, 3, 4, 5, 6]).data]).toEqual([3, 1, 2, 6, 4, 5]);
  });

  test('SPLIT gives equal parts, or is refused', () => {
    expect(() => readTflite(tfliteFile(split(49, 2, 1)))).toThrow(
      'TFLite operator 0 SPLIT "t3": splits dimension 1 of 2×3 into 1.5, 1.5, which do not add up',
    );
  });
});

describe('DEPTH_TO_SPACE', () => {
  const blocks = (shape: number[], block: number): Parameters<typeof tfliteFile>[0] => {
    const [height = 0, width = 0, channels = 0] = shape.slice(1);
    const output = { shape: [1, height * block, width * block, Math.floor(channels / block ** 2)] };
    return oneOperator({ code: 5, options: [94, { slot: 0, int32: block }] }, { shape }, output);
  };
  const counted = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

  // The examples of TensorFlow's documentation, tf.nn.depth_to_space.
  test.each<[number[], number[], number[]]>([
    [
      [1, 1, 1, 4],
      [1, 2, 2, 1],
      [1, 2, 3, 4],
    ],
    [[1, 1, 1, 12], [1, 2, 2, 3], counted(12)],
    [
      [1, 2, 2, 4],
      [1, 4, 4, 1],
      [1, 2, 5, 6, 3, 4, 7, 8, 9, 10, 13, 14, 11, 12, 15, 16],
    ],
  ])('makes %j of the channels of %j', (from, to, expected) => {
    const output = runTflite(blocks(from, 2), counted(expected.length));
    expect(output.shape).toEqual(to);
    expect([...output.data]).toEqual(expected);
  });

  test.each([0, 3, -2])('is refused with blocks of %i', (block) => {
    expect(() => readTflite(tfliteFile(blocks([1, 2, 2, 4], block)))).toThrow(
      `makes blocks of ${block}×${block} pixels of the channels of 1×2×2×4, which must be an image [N, H, W, C]`,
    );
  });
});

describe('pooling over the whole image', () => {
  const pool = (code: number, same: boolean) =>
    readTflite(
      tfliteFile(
        oneOperator(
          {
            code,
            options: [
              5,
              { slot: 0, int8: same ? 0 : 1 },
              { slot: 1, int32: 4 },
              { slot: 2, int32: 4 },
              { slot: 3, int32: 4 },
              { slot: 4, int32: 4 },
            ],
          },
          { shape: [1, 4, 4, 2] },
          { shape: [1, 1, 1, 2] },
        ),
      ),
    ).network.graph.nodes.map(({ op }) => op);

  test('is global, whatever the padding is called', () => {
    expect(pool(1, false)).toEqual(['global-average-pool2d']);
    expect(pool(17, true)).toEqual(['global-max-pool2d']);
  });
});

describe('what a graph cannot express', () => {
  const refusal = (operator: Pick<TestOperator, 'code' | 'options'>, ...tensors: TestTensor[]): string => {
    try {
      readTflite(tfliteFile(oneOperator(operator, ...tensors)));
    } catch (error) {
      return (error as Error).message;
    }
    return 'no refusal';
  };

  test('is refused by name, with the numbers', () => {
    expect(
      refusal({ code: 40, options: [27] }, { shape: [1, 2, 2, 3] }, ints(4), { shape: [1, 2, 2] }),
    ).toContain('names dimension 4 of 4');
    expect(refusal({ code: 69 }, { shape: [2] }, { ...ints(2, 2), shape: [2] }, { shape: [4] })).toContain(
      'repeats 2 2, 2 times',
    );
    expect(
      refusal(
        { code: 0, options: [11, { slot: 0, int8: 4 }] },
        { shape: [1] },
        { shape: [1] },
        { shape: [1] },
      ),
    ).toContain('the fused activation TANH is not supported; NONE, RELU, RELU6 and RELU_N1_TO_1 are');
  });

  test('is listed all at once, with what is supported', () => {
    const model = {
      tensors: [{ shape: [1] }, { shape: [1] }, { shape: [1] }, { shape: [1] }],
      operators: [
        { code: 10, inputs: [0], outputs: [1] },
        { code: 32, customCode: 'TFLite_Detection', inputs: [1], outputs: [2] },
        { code: 10, inputs: [2], outputs: [3] },
      ],
      inputs: [0],
      outputs: [3],
    };
    expect(() => readTflite(tfliteFile(model))).toThrow(
      /^the model uses 2 ops that cannot be read: HASHTABLE_LOOKUP \(2×, first: TFLite operator 0 HASHTABLE_LOOKUP "t1"\); CUSTOM "TFLite_Detection" \(1×, .*\)\. Supported are ABS, ADD, /,
    );
  });

  test('is said to be an accelerator’s code where it is', () => {
    const compiled = oneOperator(
      { code: 32, customCode: 'edgetpu-custom-op' },
      { shape: [2] },
      { shape: [2] },
    );
    expect(() => readTflite(tfliteFile(compiled))).toThrow(
      /compiled for an accelerator: CUSTOM "edgetpu-custom-op" \(1×, .*Take the file that it was compiled from/,
    );
  });

  test('does not matter where nothing depends on it', () => {
    const model = {
      tensors: [{ shape: [1] }, { shape: [1] }, { shape: [1] }],
      operators: [
        { code: 10, inputs: [0], outputs: [1] },
        { code: 19, inputs: [0], outputs: [2] },
      ],
      inputs: [0],
      outputs: [2],
    };
    expect(readTflite(tfliteFile(model)).network.graph.nodes.map(({ op }) => op)).toEqual(['relu']);
  });
});
