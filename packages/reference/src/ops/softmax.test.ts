import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { apply, runOp, valuesOf } from '../testing/run-op.js';

describe('softmax', () => {
  it('sums to 1 along its axis', () => {
    // e⁰ : e^ln 3 = 1 : 3 along the columns; along the rows the exponents are 0 and 0.
    const ln3 = Math.log(3);
    const table = float32Tensor([2, 2], [0, ln3, 0, ln3]);
    const columns = valuesOf(runOp('softmax', { axis: 1 }, [table]));
    expect(columns).toEqual([0.25, 0.75, 0.25, 0.75].map((value) => expect.closeTo(value, 7)));
    expect(valuesOf(runOp('softmax', { axis: 0 }, [table]))).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  it('does not overflow: only differences count', () => {
    expect(apply('softmax', { axis: 0 }, 1000, 1000, -1000)).toEqual([0.5, 0.5, 0]);
    expect(apply('softmax', { axis: 0 }, -1000)).toEqual([1]);
  });

  it('gives 0 to −∞, and NaN to all beside a NaN or a +∞', () => {
    expect(apply('softmax', { axis: 0 }, -Infinity, 1, 1)).toEqual([0, 0.5, 0.5]);
    expect(apply('softmax', { axis: 0 }, NaN, 1)).toEqual([NaN, NaN]);
    expect(apply('softmax', { axis: 0 }, Infinity, 1)).toEqual([NaN, NaN]);
  });
});
