import { describe, expect, test } from 'vitest';
import { compareOutputs, pairOutputs } from './agreement.ts';
import type { FileNumbers } from './contender.ts';
import { verdictOf } from './report.ts';
import { type FileRow, tolerance } from './row.ts';

const output = (name: string, ...data: number[]): FileNumbers => ({
  name,
  shape: [data.length],
  data: Float32Array.from(data),
});

describe('outputs', () => {
  test('are paired by name, then by place, then by size', () => {
    const ours = [output('a', 1, 2), output('b', 3, 4), output('c', 5)];
    const theirs = [output('x', 9), output('b:0', 0, 0), output('y', 7, 7)];
    expect(pairOutputs(ours, theirs).map(([our, their]) => `${our.name}${their.name}`)).toEqual([
      'ay',
      'bb:0',
      'cx',
    ]);
  });

  test('without a partner of their size are an error', () => {
    expect(() => pairOutputs([output('a', 1, 2)], [output('a', 1)])).toThrow(
      /"a" of 2 numbers has no partner/,
    );
  });

  test('are compared over the range of the other', () => {
    const found = compareOutputs(
      [output('a', 0, 2.5), output('b', 1, 1)],
      [output('a', 0, 2), output('b', 1, 1)],
    );
    expect(found).toEqual({ error: 0.25, output: 'a', range: 2 });
  });

  test('with NaN on one side only are infinitely far apart', () => {
    expect(compareOutputs([output('a', Number.NaN, 1)], [output('a', 0, 1)]).error).toBe(Infinity);
    expect(compareOutputs([output('a', Number.NaN, 1)], [output('a', Number.NaN, 1)]).error).toBe(0);
  });
});

describe('the verdict on a file', () => {
  const row = (more: Partial<FileRow>): FileRow => ({
    name: 'x',
    package: 'p@1',
    format: 'onnx',
    bytes: 1,
    ops: [],
    here: { engine: 'simd128' },
    own: { engine: 'other' },
    ...more,
  });
  const off = { error: 10 * tolerance, output: 'y', range: 1 };

  test.each<[ReturnType<typeof verdictOf>, Partial<FileRow>]>([
    ['agrees', { agreement: { ...off, error: tolerance } }],
    ['differs', { agreement: off }],
    ['differs', { agreement: off, fromDoubles: { why: 'it took too long' } }],
    ['differs', { agreement: off, fromDoubles: { here: 9 * tolerance, own: 2 * tolerance } }],
    ['own is off', { agreement: off, fromDoubles: { here: tolerance, own: 10 * tolerance } }],
    ['rounding', { agreement: off, fromDoubles: { here: 5 * tolerance, own: 5 * tolerance } }],
    ['rounding', { agreement: off, fromDoubles: { here: 0.9 * tolerance, own: 0.8 * tolerance } }],
    ['not here', { here: { why: 'an op' } }],
    ['not there', { own: { why: 'an op' } }],
    ['neither', { here: { why: 'an op' }, own: { why: 'an op' } }],
  ])('is "%s" for %j', (verdict, more) => {
    expect(verdictOf(row(more))).toBe(verdict);
  });
});
