import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';
import type { AttributesOf, UnaryOpName } from './registry.js';
import { unaryOps } from './unary.js';

/** Of ops that have any. */
const attributes: { readonly [Name in UnaryOpName]?: AttributesOf[Name] } = {
  elu: { alpha: 1 },
  gelu: { approximate: 'tanh' },
  'hard-sigmoid': { slope: 1 / 6, offset: 0.5 },
  'leaky-relu': { slope: -1 },
  selu: { alpha: 1.67, scale: 1.05 },
};

describe.each(Object.keys(unaryOps) as UnaryOpName[])('%s', (op) => {
  const own = (attributes[op] ?? {}) as AttributesOf[typeof op];

  it('keeps shape and element type', () => {
    expect(inferShape(op, own, [2, 3, 5, 7])).toEqual([2, 3, 5, 7]);
    expect(inferTypesOf(op, own, [{ shape: [4], dtype: 'float16' }])).toEqual({
      shape: [4],
      dtype: 'float16',
    });
  });

  it('takes one input, of real numbers', () => {
    expect(() => inferShape(op, own, [1], [1])).toThrow(`${op} "node": needs 1 inputs, but has 2`);
    expect(() => inferTypesOf(op, own, [{ shape: [4], dtype: 'int8' }])).toThrow(
      'put a dequantize before it',
    );
  });
});

describe('clamp', () => {
  it('keeps the shape, whichever bounds it has', () => {
    for (const bounds of [{}, { min: 0 }, { max: 6 }, { min: 1, max: 1 }]) {
      expect(inferShape('clamp', bounds, [2, 3])).toEqual([2, 3]);
    }
  });

  it('refuses crossed bounds', () => {
    expect(() => inferShape('clamp', { min: 2, max: 1 }, [2])).toThrow(
      'clamp "node": min must not be above max, but they are 2 and 1',
    );
  });

  it('refuses bounds that JSON would lose: infinite ones are left out instead', () => {
    expect(() => inferShape('clamp', { min: -Infinity, max: 1 }, [2])).toThrow(
      'min must be a finite number, not -Infinity',
    );
    expect(() => inferShape('clamp', { max: NaN }, [2])).toThrow('max must be a finite number, not NaN');
    expect(() => inferShape('clamp', { max: null } as never, [2])).toThrow('not null');
  });
});

describe('elu', () => {
  it('needs a finite alpha', () => {
    expect(() => inferShape('elu', {} as never, [2])).toThrow(
      'elu "node": alpha must be a finite number, not undefined',
    );
  });
});

describe('gelu', () => {
  it.each(['none', 'tanh'] as const)('keeps the shape with approximate %s', (approximate) => {
    expect(inferShape('gelu', { approximate }, [2, 3])).toEqual([2, 3]);
  });

  it('knows two ways', () => {
    expect(() => inferShape('gelu', { approximate: 'erf' } as never, [2])).toThrow(
      'gelu "node": approximate must be "none" or "tanh", not "erf"',
    );
  });
});

describe('hard-sigmoid', () => {
  it('needs two finite numbers', () => {
    expect(() => inferShape('hard-sigmoid', { slope: NaN, offset: 0.5 }, [2])).toThrow(
      'hard-sigmoid "node": the slope must be a finite number, not NaN',
    );
    expect(() => inferShape('hard-sigmoid', { slope: 1 } as never, [2])).toThrow(
      'the offset must be a finite number, not undefined',
    );
  });
});

describe('leaky-relu', () => {
  it('keeps the shape, whatever the slope', () => {
    for (const slope of [0.01, 0, 2, -1]) expect(inferShape('leaky-relu', { slope }, [2, 3])).toEqual([2, 3]);
  });

  it('needs a finite slope', () => {
    expect(() => inferShape('leaky-relu', { slope: Infinity }, [2])).toThrow(
      'leaky-relu "node": the slope must be a finite number, not Infinity',
    );
  });
});

describe('selu', () => {
  it('needs two finite numbers', () => {
    expect(() => inferShape('selu', { alpha: NaN, scale: 1 }, [2])).toThrow(
      'selu "node": alpha must be a finite number, not NaN',
    );
    expect(() => inferShape('selu', { alpha: 1, scale: Infinity }, [2])).toThrow(
      'the scale must be a finite number, not Infinity',
    );
  });
});
