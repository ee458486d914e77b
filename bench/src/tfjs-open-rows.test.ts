/** @file TF.js graphs with tensors whose number of rows only a run tells, beside what TF.js itself gives for them. */

import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor } from '@sepconv/tensor';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { readTfjs } from '../../packages/formats/test/read-now.js';
import { expectClose } from './testing/tfjs-check.js';
import { graphModel, ints, loadSaved, one, type TestNode } from './testing/tfjs-graph.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
  await tf.ready();
});

const node = (name: string, op: string, input: string[], attr: object = {}): TestNode => ({
  name,
  op,
  input,
  attr,
});
const scalar = (...list: number[]) => ({ shape: [], ints: list });
const list = (...numbers: number[]) => ({ shape: [numbers.length], ints: numbers });

/** 30 boxes and their scores out of `x`, 1×6×5×4. */
const boxes = [
  node('flat', 'Reshape', ['x', 'boxShape']),
  node('first', 'StridedSlice', ['flat', 'begin', 'end', 'ones'], {
    begin_mask: { i: '1' },
    end_mask: { i: '1' },
    shrink_axis_mask: { i: '2' },
  }),
  node('scores', 'Sin', ['first']),
];
const nms = (version: string, attr: object = {}): TestNode =>
  node(
    'nms',
    `NonMaxSuppression${version}`,
    ['flat', 'scores', 'count', 'overlap', 'least', ...(version === 'V5' ? ['hard'] : [])],
    attr,
  );
const constants = {
  boxShape: list(-1, 4),
  begin: list(0, 0),
  end: list(0, 1),
  ones: list(1, 1),
  zero: scalar(0),
  one: scalar(1),
  zeroList: list(0),
  oneList: list(1),
  zeros: list(0, 0),
  minusOne: list(-1),
  count: scalar(12),
  twelve: list(12),
  places: { shape: [12], ints: Array.from({ length: 12 }, (_, i) => i) },
  overlap: { shape: [] },
  least: { shape: [] },
  hard: scalar(0),
};
const gathered = node('rows', 'GatherV2', ['flat', 'nms', 'zero']);
const size = [
  node('shape', 'Shape', ['nms']),
  node('n', 'StridedSlice', ['shape', 'zeroList', 'oneList', 'oneList'], { shrink_axis_mask: { i: '1' } }),
];

type Case = readonly [title: string, nodes: TestNode[]];

const cases: Case[] = [
  ['boxes that are chosen', [...boxes, nms('V3'), ...one('GatherV2', ['flat', 'nms', 'zero'])]],
  ['their indices', [...boxes, nms('V3'), ...one('Cast', ['nms'], { DstT: { type: 'DT_FLOAT' } })]],
  ['the scores of the fifth version', [...boxes, nms('V5'), ...one('Neg', ['nms:1'])]],
  ['how many there are', [...boxes, nms('V4'), ...one('Cast', ['nms:1'], { DstT: { type: 'DT_FLOAT' } })]],
  [
    'indices filled up by the op',
    [
      ...boxes,
      nms('V4', { pad_to_max_output_size: { b: true } }),
      ...one('GatherV2', ['flat', 'nms', 'zero']),
    ],
  ],
  [
    'rows filled up with zeros by the graph',
    [
      ...boxes,
      nms('V5'),
      ...size,
      node('missing', 'Sub', ['count', 'n']),
      node('missingList', 'Reshape', ['missing', 'oneList']),
      node('fill', 'Fill', ['missingList', 'zero']),
      node('indices', 'ConcatV2', ['nms', 'fill', 'zero']),
      ...one('GatherV2', ['flat', 'indices', 'zero']),
    ],
  ],
  [
    'rows padded to a known number',
    [
      ...boxes,
      nms('V3'),
      gathered,
      ...size,
      node('missing', 'Sub', ['count', 'n']),
      node('behind', 'Pack', ['zero', 'missing']),
      node('amounts', 'Pack', ['behind', 'zeros']),
      ...one('Pad', ['rows', 'amounts']),
    ],
  ],
  [
    'a slice of as many as there are, at most so many',
    [
      ...boxes,
      nms('V3'),
      gathered,
      ...size,
      node('over', 'Sub', ['n', 'count']),
      node('isOver', 'Greater', ['over', 'zero']),
      node('taken', 'Select', ['isOver', 'count', 'n']),
      node('four', 'GatherV2', ['end4', 'one', 'zero']),
      node('sizes', 'Pack', ['taken', 'four']),
      ...one('Slice', ['rows', 'zeros', 'sizes']),
    ],
  ],
  [
    'which rows are there',
    [
      ...boxes,
      nms('V3'),
      ...size,
      node('m', 'Less', ['places', 'n']),
      ...one('Cast', ['m'], { SrcT: { type: 'DT_BOOL' }, DstT: { type: 'DT_FLOAT' } }),
    ],
  ],
  [
    'the first of the rows by their number',
    [
      ...boxes,
      nms('V4'),
      node('range', 'Range', ['zero', 'nms:1', 'one']),
      ...one('GatherV2', ['flat', 'range', 'zero']),
    ],
  ],
  [
    'positions of what holds',
    [
      ...boxes,
      node('h', 'Greater', ['flat', 'least']),
      node('w', 'Where', ['h']),
      ...one('Cast', ['w'], { DstT: { type: 'DT_FLOAT' } }),
    ],
  ],
  [
    'boxes of those with a score',
    [
      ...boxes,
      node('h', 'Greater', ['scores', 'limit']),
      node('w', 'Where', ['h']),
      node('s', 'Squeeze', ['w'], { squeeze_dims: ints(1) }),
      node('b', 'GatherV2', ['flat', 's', 'zero']),
      node('p', 'GatherV2', ['scores', 's', 'zero']),
      node('nms', 'NonMaxSuppressionV3', ['b', 'p', 'count', 'overlap', 'least']),
      ...one('GatherV2', ['b', 'nms', 'zero']),
    ],
  ],
  ['sums over rows', [...boxes, nms('V3'), gathered, ...one('Sum', ['rows', 'zeroList'])]],
  ['the largest of rows', [...boxes, nms('V3'), gathered, ...one('Max', ['rows', 'zeroList'])]],
  [
    'numbers of two tensors with the same rows',
    [...boxes, nms('V5'), node('s', 'GatherV2', ['first', 'nms', 'zero']), ...one('Mul', ['s', 'nms:1'])],
  ],
  [
    'two tensors with rows of their own',
    [
      ...boxes,
      nms('V3'),
      gathered,
      node('h', 'Greater', ['scores', 'limit']),
      node('w', 'Where', ['h']),
      node('s', 'Squeeze', ['w'], { squeeze_dims: ints(1) }),
      node('b', 'GatherV2', ['flat', 's', 'zero']),
      ...one('ConcatV2', ['rows', 'b', 'zero']),
    ],
  ],
  [
    'columns of rows',
    [
      ...boxes,
      nms('V3'),
      gathered,
      ...one('StridedSlice', ['rows', 'begin', 'end2', 'ones'], {
        begin_mask: { i: '1' },
        end_mask: { i: '1' },
      }),
    ],
  ],
  [
    'the first rows',
    [
      ...boxes,
      nms('V3'),
      gathered,
      ...one('StridedSlice', ['rows', 'zeros', 'end2', 'ones'], { end_mask: { i: '2' } }),
    ],
  ],
  ['rows made flat', [...boxes, nms('V3'), gathered, ...one('Reshape', ['rows', 'minusOne'])]],
];

/** A run here, the rows that are there, and TF.js's. */
async function compareOpen(nodes: readonly TestNode[]): Promise<void> {
  const all = { ...constants, limit: { shape: [] }, end2: list(2, 3), end4: list(0, 4) };
  const { model, shards } = graphModel(nodes, all);
  const { network, outputs } = readTfjs({ model, shards });
  const input = randomTensor([1, 6, 5, 4], createRandom(9), 0.1, 2);
  const results = runReference(network, new Map([['x', input]]));
  const { name, shape, count } = outputs.at(-1) as (typeof outputs)[number];
  const rows = count === undefined ? shape[0] : results.get(count)?.data[0];
  const data = [...(results.get(name)?.data ?? [])];
  const row = shape.slice(1).reduce((a, b) => a * b, 1);
  const loaded = await loadSaved({ model, shards });
  const theirs = (await loaded.executeAsync(tf.tensor(input.data, [1, 6, 5, 4]), 'y')) as tf.Tensor;
  expect(shape.length === 0 ? [] : [rows, ...shape.slice(1)]).toEqual(theirs.shape);
  const expected = [...(await theirs.data())];
  expectClose(data.slice(0, expected.length), expected);
  // What is not there is zeros.
  if (count !== undefined)
    expect(data.slice((rows as number) * row).every((value) => value === 0)).toBe(true);
}

describe('numbers of rows that a run tells', () => {
  test.each(cases.map(([title, nodes]) => ({ title, nodes })))('$title', ({ nodes }) => compareOpen(nodes));
});
