import { outputExtent } from '@sepconv/graph';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { phaseReach, phasesAlong } from './phases.js';

describe('phases', () => {
  test('a stride of 1 has one, all taps in reverse', () => {
    const axis = { input: 5, window: 3, stride: 1, dilation: 2, paddingBefore: 1 };
    expect(phasesAlong(axis)).toEqual([{ first: 0, count: 5, taps: [2, 1, 0], dilation: 2, offset: -3 }]);
  });

  test('a 3-wide window with stride 2 has two, of one tap and of two', () => {
    const phases = phasesAlong({ input: 6, window: 3, stride: 2, dilation: 1, paddingBefore: 0 });
    expect(phases.map(({ taps }) => taps)).toEqual([[2, 0], [1]]);
  });

  test('together they are every product of input position, output position and tap, once', () => {
    const axis = fc.record({
      input: fc.integer({ min: 1, max: 12 }),
      window: fc.integer({ min: 1, max: 5 }),
      stride: fc.integer({ min: 1, max: 4 }),
      dilation: fc.integer({ min: 1, max: 4 }),
      paddingBefore: fc.integer({ min: 0, max: 6 }),
    });
    const property = fc.property(axis, fc.integer({ min: 0, max: 6 }), (drawn, paddingAfter) => {
      const extent = (drawn.window - 1) * drawn.dilation + 1;
      const outputs = outputExtent(drawn.input, drawn.paddingBefore, paddingAfter, extent, drawn.stride);
      const wanted = new Set<string>();
      for (let o = 0; o < outputs; o++) {
        for (let i = 0; i < drawn.window; i++) {
          const y = o * drawn.stride + i * drawn.dilation - drawn.paddingBefore;
          if (y >= 0 && y < drawn.input) wanted.add(`${y} ${o} ${i}`);
        }
      }
      const found: string[] = [];
      for (const phase of phasesAlong(drawn)) {
        for (let q = 0; q < phase.count; q++) {
          phase.taps.forEach((i, t) => {
            expect(q + t * phase.dilation).toBeLessThan(phaseReach(phase));
            const o = q + phase.offset + t * phase.dilation;
            if (o >= 0 && o < outputs) found.push(`${phase.first + drawn.stride * q} ${o} ${i}`);
          });
        }
      }
      expect(found.sort()).toEqual([...wanted].sort());
    });
    fc.assert(property, { numRuns: 300, seed: 1 });
  });
});
