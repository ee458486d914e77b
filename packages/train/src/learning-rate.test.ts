import { describe, expect, test } from 'vitest';
import { checkLearningRate, learningRateAt } from './learning-rate.js';

describe('schedules', () => {
  test('a cosine falls from the base to the floor, half of it at half time', () => {
    const options = { base: 0.5, floor: 0.1 } as const;
    expect(learningRateAt(options, 0, 10)).toBeCloseTo(0.5);
    expect(learningRateAt(options, 5, 10)).toBeCloseTo(0.3);
    expect(learningRateAt(options, 10, 10)).toBeCloseTo(0.1);
  });

  test('steps', () => {
    const options = { base: 1, schedule: 'step', every: 2, factor: 0.5 } as const;
    expect([0, 1.9, 2, 4.5].map((epoch) => learningRateAt(options, epoch, 10))).toEqual([1, 1, 0.5, 0.25]);
  });

  test('a constant rate stays', () => {
    expect(learningRateAt({ base: 0.2, schedule: 'constant' }, 7, 10)).toBe(0.2);
  });

  test('warming up grows evenly, and the cosine takes the rest of the time', () => {
    const options = { base: 1, warmUp: 2 };
    expect([0.5, 1, 2].map((epoch) => learningRateAt(options, epoch, 4))).toEqual([0.25, 0.5, 1]);
    expect(learningRateAt(options, 3, 4)).toBeCloseTo(0.5);
  });

  test('a training that is all warm-up has a rate throughout', () => {
    expect(learningRateAt({ base: 1, warmUp: 1 }, 1, 1)).toBeGreaterThanOrEqual(0);
  });
});

test('what cannot be is refused', () => {
  expect(() => checkLearningRate({ base: 0 }, 'learningRate')).toThrow(
    'learningRate.base must be a finite number above 0, not 0',
  );
  expect(() => checkLearningRate({ base: 1, warmUp: -1 }, 'rate')).toThrow(
    'rate.warmUp must be a finite number of at least 0, not -1',
  );
  expect(() => checkLearningRate({ base: NaN }, 'rate')).toThrow('not NaN');
});
