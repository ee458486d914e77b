import { describe, expect, test } from 'vitest';
import {
  onnxFile,
  type TestGraph,
  type TestNode,
  type TestOnnx,
  type TestTensor,
} from '../../test/onnx-file.js';
import { readOnnx } from '../../test/read-now.js';
import { onnxOps, runOnnx } from '../../test/run-onnx.js';
import { FormatError } from '../onnx.js';

const ints = (...values: number[]): TestTensor => ({ dims: [values.length], ints: values });
const int = (value: number): TestTensor => ({ dims: [], ints: [value] });
const truth = (value: boolean): TestTensor => ({ dims: [], raw: [9, Uint8Array.of(value ? 1 : 0)] });

const model = (nodes: TestNode[], initializers: TestOnnx['initializers'], dims = [2, 3]): TestOnnx => ({
  nodes,
  initializers: initializers ?? {},
  inputs: { x: dims },
  outputs: ['y'],
});
const messageOf = (test: TestOnnx): string => {
  try {
    readOnnx(onnxFile(test));
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return (error as Error).message;
  }
  throw new Error('the model was read');
};
const x = [1, 2, 3, 4, 5, 6];

describe('If', () => {
  const branch = (op: string): TestGraph => ({
    nodes: [{ op, inputs: ['x'], outputs: ['b'] }],
    outputs: ['b'],
  });
  const either = (extent: number): TestOnnx =>
    model(
      [
        { op: 'Shape', inputs: ['x'], outputs: ['s'] },
        { op: 'Gather', inputs: ['s', 'last'], outputs: ['e'], attributes: { axis: 0 } },
        { op: 'Equal', inputs: ['e', 'wanted'], outputs: ['c'] },
        {
          op: 'If',
          inputs: ['c'],
          outputs: ['y'],
          attributes: { then_branch: branch('Neg'), else_branch: branch('Abs') },
        },
      ],
      { last: int(1), wanted: int(extent) },
    );

  test('is the branch that a known condition takes, which reads what stands around it', () => {
    expect([...runOnnx(either(3), { x }).data]).toEqual(x.map((value) => -value));
    expect(onnxOps(either(3))).toEqual(['neg', 'reshape']);
    expect([...runOnnx(either(4), { x }).data]).toEqual(x);
  });

  test('inside another reads through both, and branches may use the same names', () => {
    const inner: TestGraph = {
      nodes: [
        { op: 'Add', inputs: ['x', 'one'], outputs: ['sum'] },
        {
          op: 'If',
          inputs: ['yes'],
          outputs: ['b'],
          attributes: {
            then_branch: { nodes: [{ op: 'Mul', inputs: ['sum', 'x'], outputs: ['b'] }], outputs: ['b'] },
            else_branch: branch('Abs'),
          },
        },
      ],
      initializers: { one: { dims: [], floats: [1] } },
      outputs: ['b'],
    };
    const nested = model(
      [
        {
          op: 'If',
          inputs: ['yes'],
          outputs: ['b'],
          attributes: { then_branch: inner, else_branch: branch('Neg') },
        },
        { op: 'Identity', inputs: ['b'], outputs: ['y'] },
      ],
      { yes: truth(true) },
    );
    expect([...runOnnx(nested, { x }).data]).toEqual(x.map((value) => (value + 1) * value));
  });

  test('of what the network computes is refused by name', () => {
    const computed = model(
      [
        { op: 'ReduceMax', inputs: ['x'], outputs: ['c'] },
        {
          op: 'If',
          inputs: ['c'],
          outputs: ['y'],
          attributes: { then_branch: branch('Neg'), else_branch: branch('Abs') },
        },
      ],
      {},
      [1, 2, 3, 3],
    );
    expect(messageOf(computed)).toContain('its condition depends on what the network computes');
  });
});

test('a setting that a branch depends on is given as a constant', () => {
  const branch = (op: string): TestGraph => ({
    nodes: [{ op, inputs: ['x'], outputs: ['b'] }],
    outputs: ['b'],
  });
  const typed: TestOnnx = {
    nodes: [
      { op: 'Equal', inputs: ['rate', 'high'], outputs: ['c'] },
      {
        op: 'If',
        inputs: ['c'],
        outputs: ['y'],
        attributes: { then_branch: branch('Neg'), else_branch: branch('Abs') },
      },
    ],
    initializers: { high: int(16000) },
    inputs: { x: [2, 3], 'rate:7': [] },
    outputs: ['y'],
  };
  expect(messageOf(typed)).toContain('give that as one of the option constants');
  const rate = (value: number) => ({ type: 'int64' as const, shape: [], data: Float64Array.of(value) });
  for (const [value, sign] of [
    [16000, -1],
    [8000, 1],
  ] as const) {
    const { network, inputs } = readOnnx(onnxFile(typed), { constants: new Map([['rate', rate(value)]]) });
    expect(inputs.map(({ name }) => name)).toEqual(['x']);
    expect(network.graph.nodes[0]?.op).toBe(sign < 0 ? 'neg' : 'abs');
  }
});

describe('Loop', () => {
  const body: TestGraph = {
    nodes: [
      { op: 'Add', inputs: ['carried', 'x'], outputs: ['next'] },
      { op: 'Less', inputs: ['round', 'two'], outputs: ['goes'] },
      { op: 'Neg', inputs: ['next'], outputs: ['seen'] },
    ],
    initializers: { two: int(2) },
    inputs: ['round', 'condition', 'carried'],
    outputs: ['goes', 'next', 'seen'],
  };
  const loop = (limit: number, outputs: string[]): TestOnnx => ({
    ...model([{ op: 'Loop', inputs: ['limit', 'yes', 'x'], outputs, attributes: { body } }], {
      limit: int(limit),
      yes: truth(true),
    }),
    outputs: ['y'],
  });

  test('is its body once for each round, until the limit or the condition ends it', () => {
    expect([...runOnnx(loop(2, ['y']), { x }).data]).toEqual(x.map((value) => 3 * value));
    // The condition of round 2 ends it: three rounds.
    expect([...runOnnx(loop(100, ['y']), { x }).data]).toEqual(x.map((value) => 4 * value));
    expect([...runOnnx(loop(0, ['y']), { x }).data]).toEqual(x);
  });

  test('stacks what each round gives', () => {
    const stacked = runOnnx(loop(2, ['last', 'y']), { x });
    expect(stacked.shape).toEqual([2, 2, 3]);
    expect([...stacked.data]).toEqual([...x.map((value) => -2 * value), ...x.map((value) => -3 * value)]);
    expect(messageOf(loop(0, ['last', 'y']))).toContain('gives a list of nothing');
  });

  test('without end is refused', () => {
    const endless: TestGraph = { nodes: [], inputs: ['round', 'condition'], outputs: ['condition'] };
    const nodes = [
      {
        op: 'Loop',
        inputs: ['limit', 'yes', 'x'],
        outputs: ['y'],
        attributes: { body: { ...body, outputs: ['condition', 'next', 'seen'] } },
      },
    ];
    expect(messageOf(model(nodes, { limit: int(2 ** 40), yes: truth(true) }))).toContain('to exhaust memory');
    const empty = [{ op: 'Loop', inputs: ['', 'yes'], outputs: ['y'], attributes: { body: endless } }];
    expect(messageOf(model(empty, { yes: truth(true) }))).toContain('to exhaust memory');
  });
});

test('an LSTM whose batch comes first gives what it gives with the steps first', () => {
  const floats = (...dims: number[]): TestTensor => {
    const count = dims.reduce((a, b) => a * b);
    return { dims, floats: Array.from({ length: count }, (_, i) => Math.sin(i + dims.length)) };
  };
  const lstm = (layout: number, output: string): TestOnnx => ({
    nodes: [
      {
        op: 'LSTM',
        inputs: ['x', 'w', 'r', 'b', '', 'h', 'h'],
        outputs: ['all', 'last', 'cell'],
        attributes: { hidden_size: 2, layout },
      },
      { op: 'Identity', inputs: [output], outputs: ['y'] },
    ],
    initializers: {
      w: floats(1, 8, 3),
      r: floats(1, 8, 2),
      b: floats(1, 16),
      h: floats(1, 1, 2),
    },
    inputs: { x: layout === 0 ? [4, 1, 3] : [1, 4, 3] },
    outputs: ['y'],
  });
  const input = Array.from({ length: 12 }, (_, i) => Math.cos(i));
  for (const [output, shape] of [
    ['all', [1, 4, 1, 2]],
    ['last', [1, 1, 2]],
    ['cell', [1, 1, 2]],
  ] as const) {
    const turned = runOnnx(lstm(1, output), { x: input });
    expect(turned.shape).toEqual(shape);
    // With one sequence both lie in memory alike.
    expect(turned.data).toEqual(runOnnx(lstm(0, output), { x: input }).data);
  }
  const long = { ...lstm(0, 'all'), inputs: { x: [3000, 1, 3] } };
  expect(messageOf(long)).toContain('runs 3000 steps; 1 to 2048 are supported');
});

test('a weight beyond float32 is refused with its number', () => {
  const add = [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }];
  const weight = (value: number): TestTensor => ({ dims: [3], raw: [11, Float64Array.of(1, value, 3)] });
  expect(messageOf(model(add, { w: weight(-1e198) }))).toContain('holds -1e+198, which is beyond float32');
  expect([...runOnnx(model(add, { w: weight(2) }), { x }).data]).toEqual([2, 4, 6, 5, 7, 9]);
});

test('constants that grow with the images and not with the file are made', () => {
  const grid = model(
    [
      { op: 'Shape', inputs: ['x'], outputs: ['s'] },
      { op: 'ConstantOfShape', inputs: ['s'], outputs: ['zeros'] },
      { op: 'Add', inputs: ['x', 'zeros'], outputs: ['y'] },
    ],
    {},
    [1, 3, 1024, 1024],
  );
  expect(onnxOps(grid)).toEqual(['add']);
  // A shape that nothing of the network has is still refused.
  const huge = model(
    [
      { op: 'ConstantOfShape', inputs: ['s'], outputs: ['zeros'] },
      { op: 'ReduceMax', inputs: ['zeros'], outputs: ['zero'] },
      { op: 'Add', inputs: ['x', 'zero'], outputs: ['y'] },
    ],
    { s: ints(2 ** 14, 2 ** 13) },
  );
  expect(messageOf(huge)).toContain('to exhaust memory');
});

test.each<
  [op: string, inputs: Record<string, TestTensor>, attributes: TestNode['attributes'], numbers: number[]]
>([
  ['Equal', { a: ints(1, 2, 3), b: ints(1, 5, 3) }, {}, [1, 0, 1]],
  ['Less', { a: ints(1, 2, 3), b: int(2) }, {}, [1, 0, 0]],
  ['GreaterOrEqual', { a: ints(1, 2, 3), b: int(2) }, {}, [0, 1, 1]],
  ['And', { a: ints(1, 0), b: ints(1, 1) }, {}, [1, 0]],
  ['Xor', { a: ints(1, 0), b: ints(1, 1) }, {}, [0, 1]],
  ['Where', { c: ints(1, 0, 1), a: ints(1, 2, 3), b: int(9) }, {}, [1, 9, 3]],
  ['Range', { a: int(1), b: int(8), c: int(3) }, {}, [1, 4, 7]],
  ['Range', { a: int(5), b: int(1), c: int(-2) }, {}, [5, 3]],
  ['Mod', { a: ints(-4, 7, -7), b: ints(3, -3, 3) }, {}, [2, -2, 2]],
  ['Mod', { a: ints(-4, 7, -7), b: ints(3, -3, 3) }, { fmod: 1 }, [-1, 1, -1]],
  ['Tile', { a: ints(1, 2), b: ints(3) }, {}, [1, 2, 1, 2, 1, 2]],
  ['Expand', { a: ints(7), b: ints(2, 2) }, {}, [7, 7, 7, 7]],
  ['ScatterND', { a: ints(1, 2, 3, 4), i: { dims: [2, 1], ints: [3, -3] }, u: ints(9, 8) }, {}, [1, 8, 3, 9]],
  ['NonZero', { a: { dims: [2, 2], ints: [0, 1, 1, 0] } }, {}, [0, 1, 1, 0]],
  ['ReduceProd', { a: { dims: [2, 2], ints: [2, 3, 4, 5] } }, { axes: [1] }, [6, 20]],
  ['ReduceSum', { a: { dims: [2, 2], ints: [2, 3, 4, 5] }, axes: ints(0) }, {}, [6, 8]],
])('%s of constants is computed at load', (op, inputs, attributes, numbers) => {
  const names = Object.keys(inputs);
  const folded: TestOnnx = {
    opset: op === 'ReduceProd' ? 13 : 21,
    nodes: [
      { op, inputs: names, outputs: ['folded'], ...(attributes && { attributes }) },
      { op: 'Cast', inputs: ['folded'], outputs: ['real'], attributes: { to: 1 } },
      { op: 'Reshape', inputs: ['real', 'flat'], outputs: ['list'] },
      { op: 'Add', inputs: ['x', 'list'], outputs: ['y'] },
    ],
    initializers: { ...inputs, flat: ints(-1) },
    inputs: { x: [1] },
    outputs: ['y'],
  };
  expect([...runOnnx(folded, { x: [0] }).data]).toEqual(numbers);
});
