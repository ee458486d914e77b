import { createRandom, elementCount } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import {
  testNode as node,
  onnxFile,
  type TestNode,
  type TestOnnx,
  type TestTensor,
} from '../test/onnx-file.js';
import { readOnnx } from '../test/read-now.js';
import { onnxOps, runOnnx } from '../test/run-onnx.js';

const random = createRandom(11);
const drawn = (dims: readonly number[]): TestTensor => ({
  dims,
  floats: Array.from({ length: elementCount(dims) }, () => random.next() * 2 - 1),
});
const scalar = (value: number): TestTensor => ({ dims: [], floats: [value] });

/** The nodes behind a pool that changes nothing: of an image, whose channels the graph counts last. */
const behindPool = (nodes: readonly TestNode[]): TestNode[] => [
  node('MaxPool', ['x'], 'p', { kernel_shape: [1, 1] }),
  ...nodes.map(({ inputs = [], ...one }) => ({
    ...one,
    inputs: inputs.map((name) => (name === 'x' ? 'p' : name)),
  })),
];

interface Variant {
  readonly shape: readonly number[];
  readonly axes?: readonly number[];
  readonly square?: TestNode;
  /** The dimensions of scale and shift; none where there are none. */
  readonly affine?: readonly number[];
  readonly epsilon?: number;
  readonly change?: (nodes: readonly TestNode[]) => readonly TestNode[];
  readonly outputs?: readonly string[];
}

/** As PyTorch exports `nn.LayerNorm` for operator sets before 17. */
function spelled({ shape, axes = [-1], affine, epsilon = 1e-5, ...more }: Variant): TestOnnx {
  const { square = node('Pow', ['d', 'two'], 'q'), change = (nodes) => nodes } = more;
  const nodes = [
    node('ReduceMean', ['x'], 'm', { axes }),
    node('Sub', ['x', 'm'], 'd'),
    square,
    node('ReduceMean', ['q'], 'v', { axes }),
    node('Add', ['v', 'epsilon'], 'a'),
    node('Sqrt', ['a'], 's'),
    node('Div', ['d', 's'], 'n'),
    ...(affine === undefined ? [] : [node('Mul', ['n', 'g'], 'w'), node('Add', ['w', 'b'], 'y')]),
  ];
  const vectors = affine === undefined ? {} : { g: drawn(affine), b: drawn(affine) };
  return {
    opset: 13,
    nodes: change(nodes),
    initializers: { two: scalar(2), epsilon: scalar(epsilon), ...vectors },
    inputs: { x: shape },
    outputs: more.outputs ?? [affine === undefined ? 'n' : 'y'],
  };
}

/** The formula in float64 over this dimension. */
function normalized(
  { initializers: { g, b, epsilon } = {} }: TestOnnx,
  shape: readonly number[],
  axis: number,
  x: readonly number[],
): number[] {
  const inner = elementCount(shape.slice(axis + 1));
  const extent = shape[axis] as number;
  return x.map((value, at) => {
    const channel = Math.floor(at / inner) % extent;
    const group = Array.from({ length: extent }, (_, k) => x[at + (k - channel) * inner] as number);
    const mean = group.reduce((sum, one) => sum + one, 0) / extent;
    const variance = group.reduce((sum, one) => sum + (one - mean) ** 2, 0) / extent;
    const [scale = 1, shift = 0] = [g?.floats?.[channel], b?.floats?.[channel]];
    return ((value - mean) / Math.sqrt(variance + (epsilon?.floats?.[0] ?? 0))) * scale + shift;
  });
}

describe('LayerNorm before operator set 17', () => {
  test.each<[string, Variant, number]>([
    ['with Pow', { shape: [2, 3, 8], affine: [8] }, 2],
    ['with Mul', { shape: [2, 3, 8], affine: [8], square: node('Mul', ['d', 'd'], 'q') }, 2],
    ['of rows', { shape: [5, 7], affine: [7], axes: [1], epsilon: 0.1 }, 1],
    ['of one row', { shape: [1, 6], affine: [6] }, 1],
    ['of four dimensions', { shape: [2, 3, 4, 5], affine: [5], axes: [3] }, 3],
    [
      'over the channels of an image',
      { shape: [2, 8, 3, 5], affine: [8, 1, 1], axes: [1], change: behindPool },
      1,
    ],
    ['without scale and shift', { shape: [2, 3, 8] }, 2],
  ])('%s is a layer-norm', (_, variant, axis) => {
    const model = spelled(variant);
    expect(onnxOps(model).filter((op) => op !== 'max-pool2d')).toEqual(['layer-norm']);
    const x = Array.from(drawn(variant.shape).floats ?? [], (value) => 3 * value + 1);
    const expected = normalized(model, variant.shape, axis, x);
    runOnnx(model, { x }).data.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-5);
    });
  });

  test('keeps the names of scale and shift, and the file’s epsilon', () => {
    const { graph, weights } = readOnnx(onnxFile(spelled({ shape: [2, 3, 4], affine: [4] }))).network;
    expect(graph.nodes.map(({ op, attributes }) => ({ op, attributes }))).toEqual([
      { op: 'layer-norm', attributes: { epsilon: Math.fround(1e-5) } },
    ]);
    expect(graph.parameters.map(({ name, role, shape }) => ({ name, role, shape }))).toEqual([
      { name: 'g', role: 'scale', shape: [4] },
      { name: 'b', role: 'shift', shape: [4] },
    ]);
    expect([...weights.keys()]).toEqual(['g', 'b']);
  });

  test('has a scale of one number, or none', () => {
    expect(onnxOps(spelled({ shape: [2, 3, 4], affine: [1] }))).toEqual(['layer-norm']);
    const shiftOnly = spelled({
      shape: [2, 3, 4],
      affine: [4],
      change: (nodes) => [...nodes.slice(0, -2), node('Add', ['b', 'n'], 'y')],
    });
    expect(onnxOps(shiftOnly)).toEqual(['layer-norm']);
  });

  const plain = ['div', 'global-average-pool2d', 'pow', 'sqrt', 'sub'];
  test.each<[string, Variant, readonly string[]]>([
    ['the mean is an output', { shape: [2, 3, 4], outputs: ['n', 'm'] }, plain],
    ['the difference is read elsewhere', { shape: [2, 3, 4], outputs: ['n', 'd'] }, plain],
    ['the variance is read elsewhere', { shape: [2, 3, 4], outputs: ['n', 'a'] }, plain],
    ['another dimension is averaged over', { shape: [2, 3, 4], axes: [1] }, plain],
    [
      'the power is no square',
      { shape: [2, 3, 4], square: node('Pow', ['d', 'epsilon'], 'q'), epsilon: 3 },
      plain,
    ],
    ['another value is squared', { shape: [2, 3, 4], square: node('Pow', ['x', 'two'], 'q') }, plain],
    ['epsilon is below zero', { shape: [2, 3, 4], epsilon: -1 }, plain],
    [
      'the difference is the other way around',
      {
        shape: [2, 3, 4],
        change: (nodes) => nodes.map((one) => (one.op === 'Sub' ? node('Sub', ['m', 'x'], 'd') : one)),
      },
      plain,
    ],
  ])('stays spelled out where %s', (_, variant, ops) => {
    const found = new Set(onnxOps(spelled(variant)));
    expect(found).not.toContain('layer-norm');
    for (const op of ops) expect(found).toContain(op);
  });

  test('leaves a scale per row behind it', () => {
    expect(onnxOps(spelled({ shape: [2, 3, 4], affine: [3, 1] }))).toEqual(['layer-norm', 'mul', 'add']);
  });

  test('leaves a product that something else reads', () => {
    const model = spelled({ shape: [2, 3, 4], affine: [4], outputs: ['y', 'w'] });
    expect(onnxOps(model)).toEqual(['layer-norm', 'add']);
    expect(readOnnx(onnxFile(model)).network.graph.outputs).toEqual(['y', 'w']);
  });

  test('is looked for in time where reshapes follow one another without end', () => {
    const count = 3000;
    const chain = Array.from({ length: count }, (_, i) =>
      node('Reshape', [i === 0 ? 'x' : `r${i - 1}`, i % 2 === 0 ? 'flat' : 'deep'], `r${i}`),
    );
    const divisions = Array.from({ length: count }, (_, i) =>
      node('Div', [i === 0 ? `r${count - 1}` : `n${i - 1}`, `r${count - 1}`], `n${i}`),
    );
    const start = performance.now();
    const ops = onnxOps({
      nodes: [...chain, ...divisions],
      initializers: { flat: { dims: [1], ints: [4] }, deep: { dims: [2], ints: [2, 2] } },
      inputs: { x: [2, 2] },
      outputs: [`n${count - 1}`],
    });
    expect(ops.filter((op) => op === 'div')).toHaveLength(count);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
