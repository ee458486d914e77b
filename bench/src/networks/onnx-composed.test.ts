/** @file ONNX operators that are a few ops of the graph, beside onnxruntime: on the reference and on the fastest engine. */

import { toFileLayout, toGraphLayout } from '@sepconv/formats/onnx';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, elementCount, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import {
  testNode as node,
  onnxFile,
  type TestNode,
  type TestOnnx,
  type TestTensor,
} from '../../../packages/formats/test/onnx-file.ts';
import { readOnnx } from '../../../packages/formats/test/read-now.ts';
import { type FileTensors, runFastest, runOnnxruntime } from './onnxruntime.ts';

const image = [2, 6, 5, 4];
const ints = (...list: number[]): TestTensor => ({ dims: [list.length], ints: list });
const reals = (dims: readonly number[], ...floats: number[]): TestTensor => ({ dims, floats });

interface Case {
  readonly title: string;
  readonly nodes: readonly TestNode[];
  readonly initializers?: TestOnnx['initializers'];
  readonly inputs?: TestOnnx['inputs'];
  readonly opset?: number;
  /** The results as whole numbers, which must be the same. */
  readonly exact?: boolean;
}

/** What ONNX gives as truths or int64 becomes float32 at the end. */
const cast = (from: string): TestNode => node('Cast', from, 'y', { to: 1 });
/** A convolution in front, so that the value lies in memory with the channels last. */
const convolved: TestNode = node('Conv', 'x w', 'v');
const weight = {
  w: reals([6, 6, 1, 1], ...Array.from({ length: 36 }, (_, i) => ((i * 7) % 11) / 11 - 0.4)),
};

const one = (
  op: string,
  attributes: TestNode['attributes'] = {},
  more: Omit<Case, 'title' | 'nodes'> & { readonly operands?: string; readonly title?: string } = {},
): Case => ({
  ...more,
  title: more.title ?? `${op} ${JSON.stringify(attributes)}`,
  nodes: [convolved, node(op, more.operands ?? 'v', 'y', attributes)],
  initializers: { ...weight, ...more.initializers },
});
const truth = (op: string, operands: string, before: readonly TestNode[] = []): Case => ({
  title: op,
  nodes: [convolved, ...before, node(op, operands, 't'), cast('t')],
  initializers: { ...weight, zero: reals([1], 0) },
  inputs: { x: image, z: image },
  exact: true,
});
const rounded = [node('Round', 'v', 'a'), node('Round', 'z', 'b')];
const truths = [node('Less', 'v zero', 'a'), node('Greater', 'z zero', 'b')];

const cases: readonly Case[] = [
  ...['Ceil', 'Cos', 'Floor', 'Round', 'Sin', 'Sign', 'Softsign', 'Mish', 'Softplus'].map((op) => one(op)),
  one('Shrink', { lambd: { float: 0.7 }, bias: { float: 0.2 } }),
  one('ThresholdedRelu', { alpha: { float: 0.3 } }),
  one('Celu', { alpha: { float: 1.7 } }),
  { title: 'Log', nodes: [node('Abs', 'x', 'a'), node('Log', 'a', 'y')] },
  ...['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual'].map((op) => truth(op, 'a b', rounded)),
  ...['And', 'Or', 'Xor'].map((op) => truth(op, 'a b', truths)),
  truth('Not', 'a', truths.slice(0, 1)),
  {
    title: 'Where of a truth that stretches',
    nodes: [
      convolved,
      node('ReduceMean', 'v axes', 'm'),
      node('Less', 'm zero', 't'),
      node('Where', 't v row', 'y'),
    ],
    initializers: { ...weight, zero: reals([1], 0), row: reals([4], 1, -2, 3, -4), axes: ints(2, 3) },
  },
  ...[0, 1, 2, 3, -1].flatMap((axis) =>
    ['ArgMax', 'ArgMin'].map((op) => ({
      title: `${op} along ${axis}`,
      nodes: [convolved, node(op, 'v', 't', { axis, keepdims: Math.abs(axis) % 2 }), cast('t')],
      initializers: weight,
      exact: true,
    })),
  ),
  {
    title: 'ArgMax, the last of equals',
    nodes: [
      convolved,
      node('Round', 'v', 'r'),
      node('ArgMax', 'r', 't', { axis: 1, select_last_index: 1 }),
      cast('t'),
    ],
    initializers: weight,
    exact: true,
  },
  ...[
    'ReduceL1',
    'ReduceL2',
    'ReduceLogSumExp',
    'ReduceMax',
    'ReduceMean',
    'ReduceMin',
    'ReduceProd',
    'ReduceSum',
    'ReduceSumSquare',
  ].flatMap((op) =>
    [[1], [2, 3], [-1, 1], [0, 1, 2, 3], [0, 2]].map((list, i) =>
      one(
        op,
        { keepdims: i % 2 },
        {
          operands: 'v axes',
          initializers: { axes: ints(...list) },
          title: `${op} along ${list}`,
        },
      ),
    ),
  ),
  one('LogSoftmax', { axis: 1 }),
  one('LogSoftmax', { axis: -1 }),
  one('LogSoftmax', { axis: 1 }, { opset: 11, title: 'LogSoftmax of all behind an axis' }),
  one(
    'InstanceNormalization',
    { epsilon: { float: 1e-3 } },
    {
      operands: 'v s b',
      initializers: { s: reals([6], 1, 2, -1, 0.5, 3, 1), b: reals([6], 0, 1, 2, -1, 0, 3) },
    },
  ),
  one('MeanVarianceNormalization'),
  ...[1, 3, 5].map((size) =>
    one('LRN', { size, alpha: { float: 0.3 }, beta: { float: 0.6 }, bias: { float: 1.5 } }),
  ),
  ...['Max', 'Min', 'Sum', 'Mean'].map((op) => ({
    title: `${op} of three`,
    nodes: [convolved, node(op, 'v z row', 'y')],
    initializers: { ...weight, row: reals([4], 0.1, -0.2, 0.3, -0.4) },
    inputs: { x: image, z: image },
  })),
  ...[0, 1].map((fmod) => ({
    title: `Mod with fmod ${fmod} of whole numbers`,
    nodes: [
      convolved,
      node('Mul', 'v nine', 'f'),
      node('Cast', 'f', 'i', { to: 7 }),
      node('Mod', 'i four', 't', { fmod }),
      cast('t'),
    ],
    initializers: { ...weight, nine: reals([1], 9), four: ints(-4) },
    exact: true,
  })),
  {
    title: 'Cast to whole numbers and truths',
    nodes: [
      convolved,
      node('Mul', 'v nine', 'f'),
      node('Cast', 'f', 'i', { to: 6 }),
      node('Cast', 'i', 't', { to: 9 }),
      node('Cast', 't', 'r', { to: 1 }),
      node('Cast', 'i', 's', { to: 1 }),
      node('Add', 'r s', 'y'),
    ],
    initializers: { ...weight, nine: reals([1], 9) },
    exact: true,
  },
  one('Tile', {}, { operands: 'v r', initializers: { r: ints(2, 1, 3, 2) } }),
  ...['DCR', 'CRD'].map((mode) => ({
    title: `DepthToSpace ${mode}`,
    nodes: [node('Concat', 'x x', 'c', { axis: 1 }), node('DepthToSpace', 'c', 'y', { blocksize: 2, mode })],
  })),
  {
    title: 'SpaceToDepth',
    nodes: [node('SpaceToDepth', 'x', 'y', { blocksize: 2 })],
    inputs: { x: [1, 3, 4, 6] },
  },
  ...[0, 1, 3].map((axis) =>
    one(
      'Gather',
      { axis },
      {
        operands: 'v i',
        initializers: { i: { dims: [2, 2], ints: [1, 0, -1, 1] } },
        title: `Gather at any positions along ${axis}`,
      },
    ),
  ),
  {
    title: 'Gather at computed positions',
    nodes: [convolved, node('ArgMax', 'v', 'i', { axis: 1, keepdims: 0 }), node('Gather', 'row i', 'y')],
    initializers: { ...weight, row: reals([6, 2], ...Array.from({ length: 12 }, (_, i) => i * i)) },
  },
  {
    title: 'GatherElements at computed positions',
    nodes: [
      convolved,
      node('ArgMax', 'v', 'i', { axis: 1, keepdims: 1 }),
      node('GatherElements', 'x i', 'y', { axis: 1 }),
    ],
    initializers: weight,
  },
  ...[0, 1, 2, -1].map((axis) => ({
    title: `TopK along ${axis}`,
    nodes: [
      convolved,
      node('TopK', 'v k', 't p', { axis, largest: Math.abs(axis) % 2 }),
      node('Cast', 'p', 'q', { to: 1 }),
      node('Add', 't q', 'y'),
    ],
    initializers: { ...weight, k: ints(2) },
  })),
  one(
    'GatherND',
    {},
    {
      operands: 'v i',
      initializers: { i: { dims: [3, 2], ints: [0, 5, 1, 0, -1, -2] } },
    },
  ),
  one(
    'GatherND',
    { batch_dims: 1 },
    {
      operands: 'v i',
      initializers: { i: { dims: [2, 1, 2], ints: [4, 3, 0, 1] } },
    },
  ),
  ...[0, 1, -1].flatMap((axis) =>
    [0, 1].map((exclusive) =>
      one(
        'CumSum',
        { exclusive, reverse: Math.abs(axis) },
        { operands: 'v k', initializers: { k: ints(axis) } },
      ),
    ),
  ),
  ...['Atan', 'Tan'].map((op) => one(op)),
  ...['Asin', 'Acos'].map((op) => ({
    title: op,
    nodes: [convolved, node('Sin', 'v', 's'), node(op, 's', 'y')],
    initializers: weight,
  })),
  one(
    'GroupNormalization',
    { num_groups: 3 },
    {
      operands: 'v s b',
      initializers: { s: reals([6], 1, -2, 3, 0.5, 2, 1), b: reals([6], 0, 1, -1, 2, 0, 0.5) },
    },
  ),
  ...[1, 2].map((p) => one('LpNormalization', { p, axis: p })),
  one(
    'ScatterND',
    {},
    {
      operands: 'v i u',
      initializers: {
        i: { dims: [3, 2], ints: [0, 5, 1, 0, -1, -2] },
        u: reals([3, 5, 4], ...Array.from({ length: 60 }, (_, i) => i)),
      },
    },
  ),
  {
    title: 'ScatterND of computed numbers',
    nodes: [convolved, node('Slice', 'x from to', 'u'), node('ScatterND', 'v i u', 'y')],
    initializers: { ...weight, from: ints(0), to: ints(1), i: { dims: [1, 1], ints: [1] } },
  },
  ...[0, 3].map((axis) =>
    one(
      'ScatterElements',
      { axis },
      {
        operands: 'v i u',
        initializers: {
          i: {
            dims: [2, 1, 2, 2],
            ints: [1, 0, 1, -1, 0, 1, 0, 0].map((at) => (axis === 0 && at < 0 ? 0 : at)),
          },
          u: reals([2, 1, 2, 2], 10, 20, 30, 40, 50, 60, 70, 80),
        },
        title: `ScatterElements along ${axis}`,
      },
    ),
  ),
  {
    title: 'OneHot of computed positions',
    nodes: [
      convolved,
      node('ArgMax', 'v', 'i', { axis: 1, keepdims: 0 }),
      node('OneHot', 'i d n', 'y', { axis: 1 }),
    ],
    initializers: { ...weight, d: ints(6), n: reals([2], -1, 3) },
  },
];

const fileInputs = ({ inputs = { x: image } }: Case): FileTensors => {
  const random = createRandom(5);
  return new Map(
    Object.entries(inputs).map(([name, dims]) => {
      const shape = dims as readonly number[];
      const data = Float32Array.from({ length: elementCount(shape) }, () => 4 * random.next() - 2);
      return [name, createTensor('float32', shape, data)];
    }),
  );
};

/** The bound of agreement: of the output's range. */
const share = 2e-6;

describe('an operator gives what onnxruntime gives', () => {
  test.each(cases)('$title', async (drawn) => {
    const { nodes, initializers = {}, inputs = { x: image }, opset = 21 } = drawn;
    const file = onnxFile({ opset, nodes, initializers, inputs, outputs: ['y'] });
    const given = fileInputs(drawn);
    const theirs = (await runOnnxruntime(file, given)).get('y') as Tensor<'float32'>;
    const imported = readOnnx(file);
    const tensors = [...given.values()];
    const [output] = imported.outputs;
    const graphInputs = imported.inputs.map(
      (input, i) => [input.name, toGraphLayout(tensors[i] as Tensor<'float32'>, input)] as const,
    );
    const found = runReference(imported.network, new Map(graphInputs)).get(
      output?.name ?? '',
    ) as Tensor<'float32'>;
    const reference = toFileLayout(found, output ?? {});
    const engine = (await runFastest(imported, given)).get('y') as Tensor<'float32'>;
    const scale = Math.max(1, ...Array.from(theirs.data, Math.abs));
    for (const mine of [reference, engine]) {
      expect(mine.shape).toEqual(theirs.shape);
      const off = Math.max(...Array.from(theirs.data, (value, i) => Math.abs(value - mine.data[i]!)));
      expect(off).toBeLessThanOrEqual(drawn.exact ? 0 : share * scale);
    }
  });
});
