import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

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
