import { describe, expect, test } from 'vitest';
import { parseOptions } from './options.ts';

describe('the command line', () => {
  test('takes one folder, seen from where the command was typed', () => {
    expect(parseOptions(['cases'], '/home')).toEqual({
      folder: '/home/cases',
      engine: 'reference',
      json: false,
      help: false,
    });
    expect(parseOptions(['--json', '/cases', '--engine', 'relaxed'], '/home')).toEqual({
      folder: '/cases',
      engine: 'relaxed',
      json: true,
      help: false,
    });
  });

  test('says what is wrong', () => {
    expect(() => parseOptions([])).toThrow('one folder is needed, but 0 are given');
    expect(() => parseOptions(['a', 'b'])).toThrow('one folder is needed, but 2 are given');
    expect(() => parseOptions(['a', '--engine', 'gpu'])).toThrow(
      '--engine takes one of reference, simd128, relaxed, wide, auto, not "gpu"',
    );
    expect(() => parseOptions(['a', '--fast'])).toThrow('--fast');
  });
});
