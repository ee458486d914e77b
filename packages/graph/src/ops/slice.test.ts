import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';

const along = (start: number, end: number, step = 1) => ({ starts: [start], ends: [end], steps: [step] });

describe('slice', () => {
  it('takes integers with what they stand for, where channels that have scales are taken whole', () => {
    const quantization = { scale: [1, 2], zeroPoint: [0, 4], axis: 1 };
    const input = { dtype: 'int8', shape: [5, 2], quantization } as const;
    const rows = { starts: [1, 0], ends: [3, 2], steps: [1, 1] };
    expect(inferTypesOf('slice', rows, [input])).toEqual({ ...input, shape: [2, 2] });
    expect(() => inferTypesOf('slice', { ...rows, ends: [3, 1] }, [input])).toThrow(
      'its input is quantized along axis 1, which cannot be moved: dequantize it first',
    );
    expect(() => inferTypesOf('slice', { starts: [0, 1], ends: [5, -1], steps: [1, -1] }, [input])).toThrow(
      'quantized along axis 1',
    );
  });

  it.each([
    [0, 10, 1, 10],
    [2, 5, 1, 3],
    [0, 10, 3, 4],
    [1, 10, 3, 3],
    [9, -1, -1, 10],
    [8, 1, -2, 4],
    [0, -1, -5, 1],
  ])('from %d to %d by %d takes %d', (start, end, step, count) => {
    // Counted by walking there.
    let walked = 0;
    for (let at = start; step > 0 ? at < end : at > end; at += step) walked++;
    expect(walked).toBe(count);
    expect(inferShape('slice', along(start, end, step), [10])).toEqual([count]);
  });

  it('slices every dimension', () => {
    const attributes = { starts: [0, 1, 2], ends: [1, 3, 7], steps: [1, 1, 2] };
    expect(inferShape('slice', attributes, [2, 3, 7])).toEqual([1, 2, 3]);
  });

  it.each([
    [0, 11, 1],
    [-1, 3, 1],
    [3, 3, 1],
    [10, 11, 1],
    [3, 3, -1],
    [3, 5, -1],
    [3, -2, -1],
  ])('does not run from %d to %d by %d', (start, end, step) => {
    expect(() => inferShape('slice', along(start, end, step), [10])).toThrow(
      `slice "node": along dimension 0 of 10 it must take at least one position, but runs from ${start} to ${end} by ${step}`,
    );
  });

  it('needs integers, and as many as dimensions', () => {
    expect(() => inferShape('slice', along(0, 3, 0), [10])).toThrow(
      'the step not 0, but they are 0, 3 and 0',
    );
    expect(() => inferShape('slice', along(0.5, 3), [10])).toThrow('must be integers');
    expect(() => inferShape('slice', along(0, 3), [10, 2])).toThrow(
      'needs 2 starts, ends and steps, one per dimension, not 1, 1 and 1',
    );
  });
});
