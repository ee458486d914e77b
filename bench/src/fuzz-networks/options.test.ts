import { describe, expect, test } from 'vitest';
import { engineNames, parseOptions } from './options.ts';

describe('options of the random networks', () => {
  test('have defaults, and can be given', () => {
    expect(parseOptions([])).toEqual({ count: 1000, seed: 1, engines: engineNames, help: false });
    expect(parseOptions(['--count', '7', '--seed', '9', '--engine', 'wide'])).toMatchObject({
      count: 7,
      seed: 9,
      engines: ['wide'],
    });
  });

  test.each([
    [['--count', '0'], '--count takes a whole number from 1 on, not "0"'],
    [['--seed', '1.5'], '--seed takes a whole number from 0 on, not "1.5"'],
    [['--engine', 'gpu'], 'not "gpu"'],
  ])('%j is refused', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});
