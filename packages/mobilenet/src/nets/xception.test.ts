import { describe, expect, test } from 'vitest';
import { NetworkError } from '../errors.js';
import { blockShapes, parameterCounts } from '../testing/facts.js';
import { xception } from './xception.js';

describe('Xception', () => {
  test('has the shapes of figure 5 of the paper', () => {
    expect(blockShapes(xception())).toEqual([
      ['stem', [1, 147, 147, 64]],
      ['block_2', [1, 74, 74, 128]],
      ['block_3', [1, 37, 37, 256]],
      ['block_4', [1, 19, 19, 728]],
      ...Array.from({ length: 8 }, (_, i) => [`block_${i + 5}`, [1, 19, 19, 728]]),
      ['block_13', [1, 10, 10, 1024]],
      ['block_14', [1, 10, 10, 2048]],
      ['head', [1, 1000]],
    ]);
  });

  test("counts its parameters as Keras's summary does", () => {
    expect(parameterCounts(xception())).toEqual({ trainable: 22_855_952, total: 22_910_480 });
  });

  test('has 34 separable convolutions, with nothing between their two steps', () => {
    const { nodes } = xception();
    const depthwise = nodes.filter(({ op }) => op === 'depthwise-conv2d');
    expect(depthwise).toHaveLength(34);
    for (const { outputs } of depthwise) {
      const readers = nodes.filter(({ inputs }) => inputs.includes(outputs[0] as string));
      expect(readers.map(({ op }) => op)).toEqual(['pointwise-conv2d']);
    }
  });

  test('puts the ReLU before a separable convolution, but not twice behind the stem', () => {
    const names = xception().nodes.map(({ name }) => name);
    expect(names).not.toContain('block_2/relu_1');
    expect(names).toContain('block_2/relu_2');
    expect(names).toContain('block_3/relu_1');
  });

  test('needs 7 pixels for its convolutions without padding', () => {
    expect(blockShapes(xception({ resolution: 7 })).at(-2)).toEqual(['block_14', [1, 1, 1, 2048]]);
    expect(() => xception({ resolution: 6 })).toThrow(NetworkError);
    expect(() => xception({ resolution: 6 })).toThrow('resolution must be an integer of at least 7, not 6');
  });
});
