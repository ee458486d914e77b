import { describe, expect, it } from 'vitest';
import { measure, summarize } from './measure.js';

describe('summarize', () => {
  it('gives quartile, median, minimum and the distance of the quartiles', () => {
    expect(summarize([4, 1, 3, 2, 100])).toEqual({
      milliseconds: 2,
      medianMs: 3,
      minimumMs: 1,
      samples: 5,
      spread: 2 / 3,
    });
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

  it('takes turns in batches of equal length, and reports one run', async () => {
    const clock = fakeClock();
    const calls: string[] = [];
    const candidate = (name: string, milliseconds: number) => ({
      name,
      run: () => {
        calls.push(name);
        clock.take(milliseconds);
      },
    });
    const { timings, isSteady } = await measure([candidate('slow', 10), candidate('fast', 2.5)], {
      now: clock.now,
      budgetMs: 100,
      warmUpMs: 20,
    });
    expect(timings.get('slow')?.milliseconds).toBeCloseTo(10);
    expect(timings.get('fast')?.milliseconds).toBeCloseTo(2.5);
    expect(timings.get('slow')?.samples).toBe(timings.get('fast')?.samples);
    expect(isSteady).toBe(true);
    // Four runs of 2.5 ms are as long as one of 10; who goes first changes from round to round.
    expect(calls.slice(-20).join(' ')).toMatch(/slow fast fast fast fast fast fast fast fast slow/);
  });

  it('gives batches what a coarse clock can tell', async () => {
    const clock = fakeClock();
    let runs = 0;
    const run = () => {
      runs++;
      clock.take(0.01);
    };
    // A clock that ticks ten times in a millisecond.
    const now = () => Math.floor(clock.now() * 10) / 10;
    const { timings } = await measure([{ name: 'short', run }], {
      now,
      budgetMs: 200,
      warmUpMs: 20,
      batchMs: 12,
    });
    expect(timings.get('short')?.milliseconds).toBeCloseTo(0.01, 3);
    expect(runs).toBeGreaterThan(1200);
  });

  it('takes a few batches even when one run is longer than the budget', async () => {
    const clock = fakeClock();
    let runs = 0;
    const run = () => {
      runs++;
      clock.take(60_000);
    };
    const { timings } = await measure([{ name: 'huge', run }], { now: clock.now, minimumSamples: 3 });
    expect(timings.get('huge')).toMatchObject({ milliseconds: 60_000, samples: 3 });
    expect(runs).toBe(4);
  });

  /** How long a run of 1 ms takes at a time; what was found, and when it ended. */
  const measureOn = async (factorAt: (time: number) => number) => {
    const clock = fakeClock();
    const run = () => clock.take(factorAt(clock.now()));
    const found = await measure([{ name: 'one', run }], { now: clock.now, budgetMs: 300, warmUpMs: 0 });
    return { ...found, end: clock.now() };
  };

  it('is not moved by what falls on half of the batches', async () => {
    let batch = 0;
    const { timings, isSteady } = await measureOn(() => (batch++ % 5 < 2 ? 1.3 : 1));
    expect(timings.get('one')?.milliseconds).toBeLessThan(1.2);
    expect(isSteady).toBe(true);
  });

  it('measures for longer where a machine settles late, and forgets what was before', async () => {
    const { timings, isSteady, end } = await measureOn((time) => (time < 250 ? 2 : 1));
    expect(timings.get('one')?.milliseconds).toBeCloseTo(1);
    expect(isSteady).toBe(true);
    expect(end).toBeLessThan(900);
  });

  it('says where times never settle', async () => {
    const { isSteady, end } = await measureOn((time) => 1 + time / 1000);
    expect(isSteady).toBe(false);
    expect(end).toBeGreaterThan(900);
  });
});
