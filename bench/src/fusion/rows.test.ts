import { describe, expect, test } from 'vitest';
import { rowOf, type Variants } from './rows.ts';

const known = { model: 'm', kind: 'pair', name: 'p', engine: 'wide', sameBits: true } as const;

const variants = (off: number, on: number, auto: 'on' | 'off'): Variants => {
  const kernels = { off: ['dw', 'pw'], on: ['fused'] };
  const ms = { off: [off, 2 * off], on: [on, 2 * on] };
  return { kernels: { ...kernels, auto: kernels[auto] }, ms: { ...ms, auto: ms[auto] } };
};

describe('rowOf', () => {
  test('a planner that fuses where it pays loses nothing', () => {
    expect(rowOf(known, variants(3, 2, 'on'))).toMatchObject({
      planner: 'fused',
      gain: 1.5,
      loss: 0,
      ok: true,
    });
  });

  test('a planner that does not fuse where it would pay loses the difference', () => {
    const row = rowOf(known, variants(3, 2, 'off'));
    expect(row).toMatchObject({ planner: 'unfused', ok: false });
    expect(row.loss).toBeCloseTo(0.5);
  });

  test('two per cent are forgiven', () => {
    expect(rowOf(known, variants(100, 101, 'on')).ok).toBe(true);
    expect(rowOf(known, variants(100, 103, 'on')).ok).toBe(false);
  });

  test('what cannot be fused cannot be chosen wrongly', () => {
    const same = { kernels: { off: ['a'], on: ['a'], auto: ['a'] }, ms: { off: [1], on: [2], auto: [3] } };
    expect(rowOf(known, same)).toMatchObject({ planner: 'impossible', loss: 0, ok: true });
  });

  test('other bits are wrong, however fast', () => {
    expect(rowOf({ ...known, sameBits: false }, variants(3, 2, 'on')).ok).toBe(false);
  });

  test('a network is measured against unfused as it is planned', () => {
    const mixed = {
      kernels: { off: ['a', 'b', 'c'], on: ['d'], auto: ['a', 'e'] },
      ms: { off: [10], on: [8], auto: [9] },
    };
    expect(rowOf({ ...known, kind: 'network' }, mixed)).toMatchObject({
      planner: 'partly',
      loss: 0,
      ok: true,
    });
  });
});
