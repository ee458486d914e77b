import { expect, it } from 'vitest';
import { inferTypesOf } from '../testing/infer-op.js';

const real = { dtype: 'float32', shape: [2, 3] } as const;

it('dynamic-quantize gives one of three results', () => {
  const infer = (result: 'values' | 'scale' | 'zero-point') =>
    inferTypesOf('dynamic-quantize', { result }, [real]);
  expect(infer('values')).toEqual({ dtype: 'uint8', shape: [2, 3] });
  expect(infer('scale')).toEqual({ dtype: 'float32', shape: [] });
  expect(infer('zero-point')).toEqual({ dtype: 'uint8', shape: [] });
  expect(() => infer('all' as never)).toThrow('result must be values, scale or zero-point, not "all"');
});
