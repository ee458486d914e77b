/** @file A tensor without elements that nothing reads does not keep a file from being read, in any format. */
import { expect, it } from 'vitest';
import { elementwiseFormats, opsOf, run } from '../test/elementwise-models.js';
import { FormatError } from './errors.js';

const shape = [2, 2] as const;
const constants = { none: [], one: [1] };

it.each(elementwiseFormats)('%s, read by nothing', (_, read) => {
  const imported = read({ nodes: [['add', 'x', 'one', 'y']], shape, constants });
  expect(opsOf(imported)).toEqual(['add']);
  expect([...imported.network.weights.values()].map(({ data }) => [...data])).toEqual([[1]]);
  expect(run(imported, [1, 2, 3, 4])).toEqual([2, 3, 4, 5]);
});

it.each(elementwiseFormats)('%s, read by a node: refused', (_, read) => {
  expect(() => read({ nodes: [['add', 'x', 'none', 'y']], shape, constants })).toThrow(FormatError);
  expect(() => read({ nodes: [['max', 'x', 'none', 'y']], shape, constants })).toThrow(FormatError);
});
