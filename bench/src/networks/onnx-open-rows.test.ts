/** @file ONNX networks that choose boxes, as many as a run tells, beside onnxruntime: on the reference and on the fastest engine. */

import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import {
  testNode as node,
  onnxFile,
  type TestNode,
  type TestTensor,
} from '../../../packages/formats/test/onnx-file.ts';
import { readOnnx } from '../../../packages/formats/test/read-now.ts';
import { runFastest, runOnnxruntime } from './onnxruntime.ts';

const ints = (...list: number[]): TestTensor => ({ dims: [list.length], ints: list });
const real = (number: number): TestTensor => ({ dims: [1], floats: [number] });
const cast = (from: string): TestNode => node('Cast', from, 'y', { to: 1 });

const initializers = {
  most: ints(5),
  overlap: real(0.3),
  least: real(0.4),
  one: ints(1),
  two: ints(2),
  lastColumn: ints(2, 0),
  wide: ints(-1, 4),
  zeroColumn: { dims: [], ints: [2] },
};
const nms = (operands: string, attributes: TestNode['attributes'] = {}): TestNode =>
  node('NonMaxSuppression', operands, 'rows', attributes);
/** The chosen boxes' indices, `[n]`. */
const indices = node('Gather', 'rows zeroColumn', 'i', { axis: 1 });

interface Case {
  readonly title: string;
  readonly nodes: readonly TestNode[];
  readonly batch?: number;
  readonly isCentered?: boolean;
}

const cases: readonly Case[] = [
  { title: 'rows of image, class and box', nodes: [nms('b s most overlap least'), cast('rows')] },
  { title: 'of several images', nodes: [nms('b s most overlap least'), cast('rows')], batch: 3 },
  { title: 'without limits', nodes: [nms('b s most'), cast('rows')] },
  {
    title: 'with centers and sides',
    nodes: [nms('b s most overlap least', { center_point_box: 1 }), cast('rows')],
    isCentered: true,
  },
  {
    title: 'boxes that are chosen',
    nodes: [
      nms('b s most overlap least'),
      indices,
      node('Squeeze', 'b zero', 'all'),
      node('Gather', 'all i', 'y', { axis: 0 }),
    ],
  },
  {
    title: 'boxes by a column of indices, and a number beside each',
    nodes: [
      nms('b s most overlap least'),
      node('Slice', 'rows two three one', 'column'),
      node('Reshape', 'column minusOne', 'i'),
      node('Squeeze', 'b zero', 'all'),
      node('Gather', 'all i', 'taken', { axis: 0 }),
      node('Cast', 'rows', 'numbers', { to: 1 }),
      node('Concat', 'taken numbers', 'y', { axis: 1 }),
    ],
  },
  {
    title: 'all rows by a slice that names them, a column of each',
    nodes: [nms('b s most overlap least'), node('Slice', 'rows origin farthest both', 'part'), cast('part')],
  },
  {
    title: 'no more than the first three rows',
    nodes: [nms('b s most overlap least'), node('Slice', 'rows zero three', 'part'), cast('part')],
  },
  {
    title: 'the first rows where there are fewer',
    nodes: [nms('b s most overlap strict'), node('Slice', 'rows zero nineteen', 'part'), cast('part')],
  },
  {
    title: 'scores by all three',
    nodes: [
      nms('b s most overlap least'),
      node('Slice', 'rows zero two one', 'imageAndClass'),
      node('Gather', 'rows zeroColumn', 'i', { axis: 1 }),
      node('Unsqueeze', 'i one', 'column'),
      node('Concat', 'imageAndClass column', 'places', { axis: 1 }),
      node('GatherND', 's places', 'taken'),
      node('Mul', 'taken factor', 'y'),
    ],
  },
];

const boxes = 40;
const classes = 4;

/** Boxes that overlap, and scores of which some are the same. */
function draw({ batch = 1, isCentered = false }: Case): ReadonlyMap<string, Tensor<'float32'>> {
  const random = createRandom(7);
  const sides = Array.from({ length: batch * boxes }, () => {
    const [y, x, height, width] = [random.next(), random.next(), random.next(), random.next()];
    return isCentered ? [y, x, height, width] : [y + height, x, y, x + width];
  });
  const scores = Array.from({ length: batch * boxes * classes }, () => random.integer(20) / 20);
  return new Map([
    ['b', createTensor('float32', [batch, boxes, 4], Float32Array.from(sides.flat()))],
    ['s', createTensor('float32', [batch, classes, boxes], Float32Array.from(scores))],
  ]);
}

const more = {
  ...{
    zero: ints(0),
    three: ints(3),
    nineteen: ints(19),
    minusOne: ints(-1),
    factor: real(2),
    strict: real(0.94),
  },
  ...{ origin: ints(0, 0), farthest: ints(2 ** 31 - 1, 2), both: ints(0, 1) },
};

function fileOf(drawn: Case): Uint8Array {
  const { nodes, batch = 1 } = drawn;
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const all = Object.entries({ ...initializers, ...more }).filter(([name]) => used.has(name));
  return onnxFile({
    opset: 13,
    nodes,
    initializers: Object.fromEntries(all),
    inputs: { b: [batch, boxes, 4], s: [batch, classes, boxes] },
    outputs: ['y'],
  });
}

describe('rows of which a run tells how many there are', () => {
  test.each(cases)('$title', async (drawn) => {
    const file = fileOf(drawn);
    const given = draw(drawn);
    const theirs = (await runOnnxruntime(file, given)).get('y') as Tensor<'float32'>;
    expect(theirs.shape[0]).toBeGreaterThan(2);
    const imported = readOnnx(file);
    const [{ name, count = '' } = { name: '' }] = imported.outputs;
    expect(imported.warnings.join()).toContain('a run tells');
    const mine = runReference(imported.network, given);
    const engine = (await runFastest(imported, given)).get(name) as Tensor<'float32'>;
    expect(mine.get(count)?.data).toEqual(Float32Array.of(theirs.shape[0] as number));
    for (const { shape, data } of [mine.get(name) as Tensor<'float32'>, engine]) {
      expect(shape.slice(1)).toEqual(theirs.shape.slice(1));
      expect(data.slice(0, theirs.data.length)).toEqual(theirs.data);
      expect(data.slice(theirs.data.length).every((value) => value === 0)).toBe(true);
    }
  });

  test('what mixes rows is refused', () => {
    const nodes = [nms('b s most overlap least'), node('ReduceSum', 'rows zero', 'y')];
    expect(() => readOnnx(fileOf({ title: '', nodes }))).toThrow(
      'reads "rows", whose number of rows only a run tells',
    );
    const shaped = [nms('b s most overlap least'), node('Shape', 'rows', 'size'), cast('size')];
    expect(() => readOnnx(fileOf({ title: '', nodes: shaped }))).toThrow('only a run tells');
  });
});
