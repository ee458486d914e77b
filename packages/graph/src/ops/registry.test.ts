import { describe, expect, it } from 'vitest';
import { isOpName, opNames, ops } from './registry.js';

describe('the registry', () => {
  it('lists every op under its own name, in alphabetical order', () => {
    for (const name of opNames) expect(ops[name].name).toBe(name);
    expect([...opNames]).toEqual([...opNames].sort());
  });

  it('knows its names and nothing that objects inherit', () => {
    expect(isOpName('conv2d')).toBe(true);
    expect(isOpName('conv3d')).toBe(false);
    expect(isOpName('toString')).toBe(false);
    expect(isOpName('__proto__')).toBe(false);
  });
});
