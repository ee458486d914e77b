/** @file Leaky ReLU spelled as the larger of x and a part of it, in every format, against the ops that the file names. */
import { describe, expect, it } from 'vitest';
import {
  type ElementwiseModel,
  type ElementwiseNode,
  elementwiseFormats,
  opsOf,
  run,
} from '../test/elementwise-models.js';

const { fround } = Math;
const numbers = [-7, -1e-45, -0, 0, 1e-45, 0.3, -Infinity, Number.NaN].map(fround);
const constants = {
  tenth: [0.1],
  one: [1],
  three: [3],
  quarters: [0.25, 0.25],
  parts: [0.5, 1],
  minus: [-0.5],
  mixed: [0.5, 2],
};
const model = (...nodes: ElementwiseNode[]): ElementwiseModel => ({ nodes, shape: [4, 2], constants });

/** Both orders of both nodes. */
const ordersOf = (op: 'max' | 'min', slope: string): ElementwiseModel[] =>
  [true, false].flatMap((first) => [
    model(first ? ['mul', 'x', slope, 's'] : ['mul', slope, 'x', 's'], [op, 'x', 's', 'y']),
    model(first ? ['mul', 'x', slope, 's'] : ['mul', slope, 'x', 's'], [op, 's', 'x', 'y']),
  ]);

describe.each(elementwiseFormats)('x and α · x, %s', (_, read) => {
  it.each([
    ['max', 'tenth', 'leaky-relu'],
    ['max', 'quarters', 'leaky-relu'],
    ['max', 'one', 'leaky-relu'],
    ['max', 'parts', 'prelu'],
    ['min', 'three', 'leaky-relu'],
    ['min', 'one', 'leaky-relu'],
  ] as const)('the %s for α = %s is a %s', (op, slope, wanted) => {
    for (const spelled of ordersOf(op, slope)) {
      const imported = read(spelled);
      expect(opsOf(imported)).toEqual([wanted]);
      const larger = numbers.map((x, i) => {
        const slopes = constants[slope];
        return Math[op](x, fround(x * fround(slopes[i % slopes.length] as number)));
      });
      expect(run(imported, numbers)).toEqual(larger);
    }
  });

  it('keeps α · x where somebody else reads it', () => {
    const imported = read(model(['mul', 'x', 'tenth', 's'], ['max', 'x', 's', 'm'], ['add', 'm', 's', 'y']));
    expect(opsOf(imported)).toEqual(['mul', 'leaky-relu', 'add']);
    expect(run(imported, [-1, 0, 1, 2, 3, 4, 5, -6])[0]).toBeCloseTo(-0.2);
  });

  it('goes on as x of the next', () => {
    const once = (from: string, to: string): ElementwiseNode[] => [
      ['mul', from, 'tenth', `${to}s`],
      ['max', `${to}s`, from, to],
    ];
    expect(opsOf(read(model(...once('x', 'v'), ...once('v', 'y'))))).toEqual(['leaky-relu', 'leaky-relu']);
  });

  it.each([
    ['max', 'three'],
    ['max', 'minus'],
    ['max', 'mixed'],
    ['min', 'tenth'],
    ['min', 'mixed'],
  ] as const)('the %s for α = %s is none', (op, slope) => {
    for (const spelled of ordersOf(op, slope)) {
      const imported = read(spelled);
      expect(opsOf(imported)).toEqual(['mul', op === 'max' ? 'maximum' : 'minimum']);
      const slopes = constants[slope];
      const chosen = numbers.map((x, i) =>
        Math[op](x, fround(x * fround(slopes[i % slopes.length] as number))),
      );
      expect(run(imported, numbers)).toEqual(chosen);
    }
  });

  it('of another value is none', () => {
    const other = model(['add', 'x', 'one', 'z'], ['mul', 'z', 'tenth', 's'], ['max', 'x', 's', 'y']);
    expect(opsOf(read(other))).toEqual(['add', 'mul', 'maximum']);
  });
});
