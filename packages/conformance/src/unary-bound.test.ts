import type { OpName } from '@sepconv/graph';
import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import type { FloatTensor } from './floats.ts';
import type { BoundCall } from './types.ts';
import { unaryBound } from './unary-bound.ts';

const of = (...values: number[]): FloatTensor => float32Tensor([values.length], values);

describe('the bound of a function that rises, at the example of relu6', () => {
  const bound = (input: FloatTensor, error: FloatTensor): FloatTensor => {
    const node = { name: 'relu6', op: 'relu6', inputs: ['input'], outputs: ['relu6'], attributes: {} };
    return unaryBound({
      node,
      inputs: [input],
      errors: [error],
      output: input,
    } as unknown as BoundCall<OpName>);
  };

  it('encloses what becomes of the input and all around it', () => {
    const { data } = bound(of(3, 0.25, 5.75, -1, 7), of(0.5, 0.5, 0.5, 0.5, 0.5));
    // In the middle the whole error; at 0.25 it reaches up by 0.5 and down by 0.25; beyond the limits nothing is left.
    expect([...data].map((value) => Math.round(value * 1e4) / 1e4)).toEqual([0.5, 0.5, 0.5, 0, 0]);
  });

  it('allows nothing for an exact input', () => {
    expect([...bound(of(3, -Infinity), of(0, 0)).data]).toEqual([0, 0]);
  });
});
