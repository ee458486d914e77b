/** @file Activations that files spell with Max and Min are their ops, in whichever order, and whoever divides. */
import { describe, expect, it } from 'vitest';
import { type ElementwiseNode, elementwiseFormats, opsOf, run } from '../test/elementwise-models.js';
import { type TestNode, testNode } from '../test/onnx-file.js';
import { onnxOps, runOnnx } from '../test/run-onnx.js';

const numbers = [-5, -3.25, -1, 0, 0.5, 2.75, 3, 7];
const model = (nodes: TestNode[]) => ({
  nodes,
  initializers: {
    zero: { dims: [], floats: [0] },
    one: { dims: [1], floats: [1] },
    three: { dims: [1, 1], floats: [3] },
    half: { dims: [1], floats: [0.5] },
    fifth: { dims: [], floats: [0.2] },
    six: { dims: [1], floats: [6] },
    sixth: { dims: [], floats: [1 / 6] },
  },
  inputs: { x: [1, 8] },
  outputs: ['y'],
});

/** Both orders of Max and Min, and of their operands. */
const boundsOf = (from: string, to: string, min: string, max: string): TestNode[][] =>
  [true, false].flatMap((maxFirst) =>
    [true, false].map((constantFirst) => {
      const read = (value: string, bound: string) => (constantFirst ? [bound, value] : [value, bound]);
      return maxFirst
        ? [testNode('Max', read(from, min), `${to}m`), testNode('Min', read(`${to}m`, max), to)]
        : [testNode('Min', read(from, max), `${to}m`), testNode('Max', read(`${to}m`, min), to)];
    }),
  );

const relu6 = (x: number): number => Math.min(6, Math.max(0, x));

describe('Max and Min', () => {
  it.each(boundsOf('x', 'y', 'zero', 'six'))('are a relu6', (...nodes) => {
    expect(onnxOps(model(nodes))).toEqual(['relu6']);
    expect([...runOnnx(model(nodes), { x: numbers }).data]).toEqual(numbers.map(relu6));
  });

  it.each(boundsOf('x', 'y', 'half', 'six'))('are a clamp', (...nodes) => {
    expect(onnxOps(model(nodes))).toEqual(['clamp']);
    expect([...runOnnx(model(nodes), { x: numbers }).data]).toEqual(
      numbers.map((x) => Math.min(6, Math.max(0.5, x))),
    );
  });

  it('that exclude one another keep the last bound', () => {
    const nodes = [testNode('Min', 'x half', 'm'), testNode('Max', 'm six', 'y')];
    expect([...runOnnx(model(nodes), { x: numbers }).data]).toEqual(numbers.map(() => 6));
  });

  it('stay two where somebody else reads what is between', () => {
    const nodes = [
      testNode('Max', 'x zero', 'm'),
      testNode('Min', 'm six', 'n'),
      testNode('Mul', 'm n', 'y'),
    ];
    expect(onnxOps(model(nodes))).toEqual(['relu', 'clamp', 'mul']);
  });

  const shifted = testNode('Add', 'three x', 's');
  const relus = boundsOf('s', 'r', 'zero', 'six');
  const ends: [string, TestNode[]][] = [
    ['hard-swish', [testNode('Mul', 'x r', 'p'), testNode('Div', 'p six', 'y')]],
    ['hard-swish', [testNode('Mul', 'r x', 'p'), testNode('Mul', 'sixth p', 'y')]],
    ['hard-swish', [testNode('Div', 'r six', 'g'), testNode('Mul', 'g x', 'y')]],
    ['hard-swish', [testNode('Mul', 'x sixth', 'g'), testNode('Mul', 'r g', 'y')]],
    ['hard-sigmoid', [testNode('Div', 'r six', 'y')]],
  ];
  it.each(ends.flatMap(([op, end]) => relus.map((relu) => [op, [shifted, ...relu, ...end]] as const)))(
    'are part of a %s',
    (op, nodes) => {
      expect(onnxOps(model([...nodes]))).toEqual([op]);
      const wanted = numbers.map((x) => (op === 'hard-swish' ? x : 1) * (relu6(x + 3) / 6));
      runOnnx(model([...nodes]), { x: numbers }).data.forEach((value, i) => {
        expect(value).toBeCloseTo(wanted[i] as number, 6);
      });
    },
  );

  it.each(boundsOf('b', 'y', 'zero', 'one'))('are a hard-sigmoid', (...bounds) => {
    const nodes = [testNode('Mul', 'fifth x', 'a'), testNode('Add', 'half a', 'b'), ...bounds];
    expect(onnxOps(model(nodes))).toEqual(['hard-sigmoid']);
  });
});

describe.each(elementwiseFormats)('Max and Min, %s', (_, read) => {
  const constants = {
    zero: [0],
    one: [1],
    three: [3],
    half: [0.5],
    fifth: [0.2],
    six: [6],
    most: [Infinity],
    least: [-Infinity],
  };
  const model = (...nodes: ElementwiseNode[]) => ({ nodes, shape: [4, 2], constants });
  const bothOrders = (from: string, to: string, min: string, max: string): ElementwiseNode[][] => [
    [
      ['max', from, min, 'm'],
      ['min', max, 'm', to],
    ],
    [
      ['min', max, from, 'm'],
      ['max', 'm', min, to],
    ],
  ];

  it.each([
    ['relu6', 'zero', 'six', 0, 6],
    ['clamp', 'half', 'three', 0.5, 3],
  ] as const)('are a %s', (op, lower, upper, min, max) => {
    for (const nodes of bothOrders('x', 'y', lower, upper)) {
      const imported = read(model(...nodes));
      expect(opsOf(imported)).toEqual([op]);
      expect(run(imported, numbers)).toEqual(numbers.map((x) => Math.min(max, Math.max(min, x))));
    }
  });

  it('with infinite bounds bound nothing, or everything', () => {
    const computed = (...nodes: ElementwiseNode[]): number[] => run(read(model(...nodes)), numbers);
    expect(computed(['max', 'x', 'least', 'm'], ['min', 'm', 'most', 'y'])).toEqual(numbers);
    expect(computed(['max', 'x', 'zero', 'm'], ['min', 'most', 'm', 'y'])).toEqual(
      numbers.map((x) => Math.max(0, x)),
    );
    expect(computed(['max', 'x', 'most', 'y'])).toEqual(numbers.map(() => Infinity));
  });

  it('are part of a hard-swish', () => {
    for (const bounds of bothOrders('s', 'r', 'zero', 'six')) {
      const end: ElementwiseNode[] = [
        ['mul', 'x', 'r', 'p'],
        ['div', 'p', 'six', 'y'],
      ];
      const imported = read(model(['add', 'x', 'three', 's'], ...bounds, ...end));
      expect(opsOf(imported)).toEqual(['hard-swish']);
      run(imported, numbers).forEach((value, i) => {
        const x = numbers[i] as number;
        expect(value).toBeCloseTo((x * relu6(x + 3)) / 6, 5);
      });
    }
  });

  it('are part of a hard-sigmoid', () => {
    for (const bounds of bothOrders('b', 'y', 'zero', 'one')) {
      const imported = read(model(['mul', 'fifth', 'x', 'a'], ['add', 'a', 'half', 'b'], ...bounds));
      expect(opsOf(imported)).toEqual(['hard-sigmoid']);
    }
  });
});
