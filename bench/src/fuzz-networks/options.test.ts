import { availableParallelism } from 'node:os';
import { engineNames } from '@sepconv/kernels';
import { describe, expect, test } from 'vitest';
import { parseOptions } from './options.ts';

describe('options of the random networks', () => {
  test('have defaults, and can be given', () => {
    expect(parseOptions([])).toEqual({
      count: 1000,
      seed: 1,
      engines: engineNames,
      workers: availableParallelism(),
      help: false,
    });
    expect(parseOptions(['--count', '7', '--seed', '9', '--engine', 'wide', '--workers', '3'])).toMatchObject(
      {
        count: 7,
        seed: 9,
        engines: ['wide'],
        workers: 3,
      },
    );
  });

  test.each([
    [['--count', '0'], '--count takes a whole number from 1 on, not "0"'],
    [['--seed', '1.5'], '--seed takes a whole number from 0 on, not "1.5"'],
    [['--workers', '0'], '--workers takes a whole number from 1 on, not "0"'],
    [['--engine', 'gpu'], 'not "gpu"'],
  ])('%j is refused', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});
