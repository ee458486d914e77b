/** @file TensorFlow ops that are a few ops of the graph, read and run by the reference, beside what TF.js itself gives for them. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, test } from 'vitest';
import { base64, compareGraph, graphModel, one, type TestNode } from './testing/tfjs-graph.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
  await tf.ready();
});

/** A node between `x`, of 1×6×5×4 from 0.1 to 2, and the result. */
const node = (name: string, op: string, input: string[], attr: object = {}): TestNode => ({
  name,
  op,
  input,
  attr,
});
const axes = (...list: number[]) => ({ a: { shape: [list.length], ints: list } });
const keep = { keep_dims: { b: true } };
const flag = (b: boolean) => ({ b });
/** Numbers on both sides of 0, integers among them. */
const signed = [node('half', 'Sub', ['x', 'c1']), node('wide', 'Mul', ['half', 'c3'])];
const c1 = { c1: { shape: [1], ints: [1] }, c3: { shape: [1], ints: [3] } };

type Constants = Parameters<typeof graphModel>[1];
type Case = readonly [title: string, nodes: TestNode[], constants?: Constants];

const elementwise: Case[] = [
  ...['Ceil', 'Floor', 'Round', 'Sin', 'Cos', 'Sign', 'Expm1', 'Square', 'ZerosLike'].map(
    (op): Case => [op, [...signed, ...one(op, ['wide'])], c1],
  ),
  ...['Log', 'Log1p', 'Reciprocal', 'Rsqrt', 'LogSoftmax'].map((op): Case => [op, one(op, ['x'])]),
  ...['FloorDiv', 'FloorMod', 'Mod', 'SquaredDifference', 'Maximum', 'Minimum', 'DivNoNan'].map(
    (op): Case => [
      op,
      [node('f', 'Floor', ['wide']), ...signed, ...one(op, ['f', 'c'])],
      { ...c1, c: { shape: [4] } },
    ],
  ),
  ['AddN', [node('a', 'Relu', ['x']), node('b', 'Neg', ['x']), ...one('AddN', ['x', 'a', 'b', 'x'])]],
  ['Pow of two values', [node('f', 'Floor', ['x']), ...one('Pow', ['x', 'f'])]],
  [
    'Atan2 in every octant',
    [...signed, node('n', 'Neg', ['x']), node('far', 'AddV2', ['n', 'c1']), ...one('Atan2', ['wide', 'far'])],
    c1,
  ],
  ['AddN of one', one('AddN', ['x'])],
  ['Maximum of two values', [...signed, ...one('Maximum', ['wide', 'x'])], c1],
  ['Minimum of two values', [...signed, ...one('Minimum', ['wide', 'x'])], c1],
  ['Maximum with different numbers', one('Maximum', ['x', 'c']), { c: { shape: [4] } }],
  [
    'Cast to integers and back',
    [
      ...signed,
      node('i', 'Cast', ['wide'], { SrcT: { type: 'DT_FLOAT' }, DstT: { type: 'DT_INT32' } }),
      ...one('Cast', ['i'], { SrcT: { type: 'DT_INT32' }, DstT: { type: 'DT_FLOAT' } }),
    ],
    c1,
  ],
];

const comparison = (op: string): Case => [
  op,
  [...signed, node('f', 'Floor', ['wide']), node('g', 'Floor', ['x']), ...one(op, ['f', 'g'])],
  c1,
];
const choices: Case[] = [
  ...['Equal', 'NotEqual', 'Less', 'LessEqual', 'Greater', 'GreaterEqual'].map(comparison),
  ...['LogicalAnd', 'LogicalOr'].map(
    (op): Case => [
      op,
      [
        ...signed,
        node('f', 'Greater', ['wide', 'c1']),
        node('g', 'Less', ['x', 'c1']),
        ...one(op, ['f', 'g']),
      ],
      c1,
    ],
  ),
  ['LogicalNot', [node('f', 'Greater', ['x', 'c1']), ...one('LogicalNot', ['f'])], c1],
  [
    'SelectV2 of what is not finite',
    [
      ...signed,
      node('z', 'ZerosLike', ['x']),
      node('f', 'Greater', ['wide', 'z']),
      node('q', 'RealDiv', ['c', 'z']),
      node('s', 'SelectV2', ['f', 'x', 'q']),
      ...one('Minimum', ['s', 'c1']),
    ],
    { ...c1, c: { shape: [4] } },
  ],
  ...[0, 1, 2, 3, -1].map(
    (axis): Case => [`ArgMax along ${axis}`, one('ArgMax', ['x', 'a']), { a: { shape: [], ints: [axis] } }],
  ),
  ['ArgMin', one('ArgMin', ['x', 'a']), { a: { shape: [], ints: [2] } }],
  [
    'ArgMax of equals',
    [node('f', 'Floor', ['x']), ...one('ArgMax', ['f', 'a'])],
    { a: { shape: [], ints: [3] } },
  ],
  [
    'OneHot',
    [node('i', 'ArgMax', ['x', 'a']), ...one('OneHot', ['i', 'depth', 'on', 'off'], { axis: { i: '-1' } })],
    {
      a: { shape: [], ints: [3] },
      depth: { shape: [], ints: [4] },
      on: { shape: [], ints: [3] },
      off: { shape: [], ints: [-1] },
    },
  ],
];

/** Values and positions of the largest, in one result. */
const largest: Case[] = [
  [
    'TopKV2',
    [
      node('t', 'TopKV2', ['x', 'k'], { sorted: { b: true } }),
      node('p', 'Cast', ['t:1'], { SrcT: { type: 'DT_INT32' }, DstT: { type: 'DT_FLOAT' } }),
      ...one('AddV2', ['t', 'p']),
    ],
    { k: { shape: [], ints: [3] } },
  ],
  [
    'GatherV2 at computed positions',
    [node('i', 'ArgMax', ['x', 'a']), ...one('GatherV2', ['c', 'i', 'zero'], { batch_dims: { i: '0' } })],
    { c: { shape: [4, 2] }, a: { shape: [], ints: [3] }, zero: { shape: [], ints: [0] } },
  ],
  ['GatherNd', one('GatherNd', ['x', 'i']), { i: { shape: [3, 2], ints: [0, 5, 0, 0, 0, 2] } }],
];

const reductions: Case[] = ['Sum', 'Min', 'Max', 'Mean', 'Prod'].flatMap((op): Case[] => [
  [`${op} along the channels`, one(op, ['x', 'a']), axes(-1)],
  [`${op} along height and width`, one(op, ['x', 'a'], keep), axes(2, 1)],
  [`${op} along height and channels`, one(op, ['x', 'a']), axes(1, 3)],
  [`${op} of all, kept`, one(op, ['x', 'a'], keep), axes(0, 1, 2, 3)],
]);
const logical: Case[] = ['All', 'Any'].map((op) => [
  op,
  [node('f', 'Greater', ['x', 'c1']), ...one(op, ['f', 'a'])],
  { ...c1, ...axes(3) },
]);

const movements: Case[] = [
  ['Pack along the end', [node('n', 'Neg', ['x']), ...one('Pack', ['x', 'n', 'x'], { axis: { i: '-1' } })]],
  [
    'Unpack',
    [node('u', 'Unpack', ['x'], { axis: { i: '2' }, num: { i: '5' } }), ...one('Sub', ['u:3', 'u'])],
  ],
  ['Tile', one('Tile', ['x', 'r']), { r: { shape: [4], ints: [2, 1, 3, 2] } }],
  ['BroadcastTo', one('BroadcastTo', ['x', 's']), { s: { shape: [5], ints: [2, 3, 6, 5, 4] } }],
  ['Reverse', one('ReverseV2', ['x', 'a']), axes(1, -1)],
  ...['REFLECT', 'SYMMETRIC'].map(
    (mode): Case => [
      `MirrorPad ${mode}`,
      one('MirrorPad', ['x', 'p'], { mode: { s: base64(mode) } }),
      { p: { shape: [4, 2], ints: [0, 0, 2, 1, 1, 3, 0, 2] } },
    ],
  ),
  [
    'StridedSlice backwards, with an ellipsis',
    one('StridedSlice', ['x', 'b', 'e', 's'], {
      begin_mask: { i: '1' },
      end_mask: { i: '4' },
      ellipsis_mask: { i: '2' },
    }),
    {
      b: { shape: [3], ints: [0, 0, 3] },
      e: { shape: [3], ints: [1, 0, 0] },
      s: { shape: [3], ints: [1, 1, -2] },
    },
  ],
  [
    'StridedSlice that drops and adds dimensions',
    one('StridedSlice', ['x', 'b', 'e', 's'], {
      end_mask: { i: '2' },
      new_axis_mask: { i: '4' },
      shrink_axis_mask: { i: '9' },
    }),
    {
      b: { shape: [4], ints: [0, 1, 0, -2] },
      e: { shape: [4], ints: [1, 0, 0, -1] },
      s: { shape: [4], ints: [1, 1, 1, 1] },
    },
  ],
  ['BatchMatMulV2, turned', one('BatchMatMulV2', ['x', 'x'], { adj_x: flag(false), adj_y: flag(true) })],
  ['BatchMatMulV2 with a constant', one('BatchMatMulV2', ['x', 'w']), { w: { shape: [4, 3] } }],
];

describe('an op gives what TF.js gives', () => {
  const cases = [...elementwise, ...choices, ...largest, ...reductions, ...logical, ...movements];
  test.each(cases.map(([title, nodes, constants = {}]) => ({ title, nodes, constants })))(
    '$title',
    ({ nodes, constants }) => compareGraph(graphModel(nodes, constants)),
  );
});
