import { describe, expect, it } from 'vitest';
import { inferTypesOf } from '../testing/infer-op.js';
import { bytes, output, outputType } from '../testing/quantized-types.js';

describe.each(['quantized-add', 'quantized-mul'] as const)('%s', (op) => {
  it('broadcasts, and mixes types', () => {
    const inputs = [bytes('uint8', [1, 4, 5, 3]), bytes('int8', [1, 1, 1, 3])];
    expect(inferTypesOf(op, { output }, inputs)).toEqual(outputType([1, 4, 5, 3]));
  });

  it('refuses shapes that do not fit, and scales that no factor joins', () => {
    expect(() => inferTypesOf(op, { output }, [bytes('int8', [3]), bytes('int8', [4])])).toThrow(
      `${op} "node": the inputs are 3 and 4, but dimension 0 is 3 in one and 4 in the other`,
    );
    const huge = bytes('int8', [3], 1e30);
    expect(() => inferTypesOf(op, { output }, [huge, huge])).toThrow(`${op} "node": a ratio of scales`);
  });
});
