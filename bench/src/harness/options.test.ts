import { describe, expect, test } from 'vitest';
import { chosen, parseOptions } from './options.ts';

const defaults = { full: 30, quick: 2 };

describe('parseOptions', () => {
  test('has defaults, fewer rounds when quick, and as many as asked for', () => {
    expect(parseOptions([], [], defaults)).toMatchObject({ json: false, quick: false, rounds: 30 });
    expect(parseOptions(['--quick'], [], defaults).rounds).toBe(2);
    expect(parseOptions(['--quick', '--rounds', '7'], [], defaults).rounds).toBe(7);
  });

  test('splits lists at commas, and leaves out what is not given', () => {
    const { lists } = parseOptions(['--models', 'a,b'], ['models', 'engine'], defaults);
    expect(lists).toEqual({ models: ['a', 'b'] });
  });

  test('refuses rounds that are none, and unknown options', () => {
    expect(() => parseOptions(['--rounds', '0'], [], defaults)).toThrow('at least 1, not "0"');
    expect(() => parseOptions(['--speed'], [], defaults)).toThrow('--speed');
  });
});

describe('chosen', () => {
  test('is everything without a list, else what is named, in that order', () => {
    expect(chosen('engine', ['a', 'b'], undefined)).toEqual(['a', 'b']);
    expect(chosen('engine', ['a', 'b'], ['b', 'a'])).toEqual(['b', 'a']);
    expect(() => chosen('engine', ['a', 'b'], ['c'])).toThrow('no engine "c"; there are a, b');
  });
});
