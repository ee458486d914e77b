import { describe, expect, it } from 'vitest';
import { paretoFront } from './pareto.js';

describe('the Pareto front', () => {
  it('has what nothing beats, and keeps ties', () => {
    const candidates = [
      { cost: 1, benefit: 10 },
      { cost: 2, benefit: 10 },
      { cost: 2, benefit: 20 },
      { cost: 2, benefit: 20 },
      { cost: 3, benefit: 15 },
      { cost: 9, benefit: 30 },
    ];
    expect(paretoFront(candidates)).toEqual([true, false, true, true, false, true]);
  });
});
