import { describe, expect, it } from 'vitest';
import { measure, summarize } from './measure.js';

describe('summarize', () => {
  it('gives median, minimum and quartile distance', () => {
    expect(summarize([4, 1, 3, 2, 100])).toEqual({ medianMs: 3, minimumMs: 1, samples: 5, spread: 2 / 3 });
    expect(summarize([1, 2])).toMatchObject({ medianMs: 1.5, samples: 2 });
  });
});

describe('measure', () => {
  /** A clock that only the candidates move. */
  const fakeClock = () => {
    let time = 0;
    const take = (milliseconds: number) => {
      time += milliseconds;
    };
    return { now: () => time, take };
  };

  it('interleaves, repeats short runs within a sample, and reports one run', async () => {
    const clock = fakeClock();
    const calls: string[] = [];
    const candidate = (name: string, milliseconds: number) => ({
      name,
      run: () => {
        calls.push(name);
        clock.take(milliseconds);
      },
    });
    const result = await measure([candidate('slow', 10), candidate('fast', 0.25)], {
      now: clock.now,
      budgetMs: 50,
      warmUpMs: 20,
    });
    expect(result.get('slow')?.medianMs).toBeCloseTo(10);
    expect(result.get('fast')?.medianMs).toBeCloseTo(0.25);
    expect(result.get('slow')?.samples).toBe(result.get('fast')?.samples);
    // Four runs of 0.25 ms make a sample of 1 ms; who goes first changes from round to round.
    expect(calls.slice(-10).join(' ')).toMatch(/slow fast fast fast fast fast fast fast fast slow/);
  });

  it('takes a few samples even when one run is longer than the budget', async () => {
    const clock = fakeClock();
    let runs = 0;
    const run = () => {
      runs++;
      clock.take(60_000);
    };
    const result = await measure([{ name: 'huge', run }], { now: clock.now, minimumSamples: 3 });
    expect(result.get('huge')).toMatchObject({ medianMs: 60_000, samples: 3 });
    expect(runs).toBe(4);
  });
});
