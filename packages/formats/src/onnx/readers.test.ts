import { expect, test } from 'vitest';
import { testNode as node, onnxFile, type TestNode, type TestTensor } from '../../test/onnx-file.js';
import * as now from '../../test/read-now.js';
import { inspectOnnx, openOnnx, readOnnx } from '../onnx.js';
import { readModel } from './model.js';
import { loadReaders } from './readers.js';

const number = (value: number): TestTensor => ({ dims: [], floats: [value] });
const numbers = {
  one: number(1),
  half: number(0.5),
  root: number(Math.SQRT2),
  zero: { dims: [], raw: [2, Uint8Array.of(9)] } as const,
};
const file = (nodes: readonly TestNode[]): Uint8Array =>
  onnxFile({ opset: 13, nodes, initializers: numbers, inputs: { x: [1, 4] }, outputs: ['y'] });

test.each<[string, boolean, TestNode[]]>([
  ['usual operators alone', false, [node('Relu', 'x', 'a'), node('Add', 'a x', 'y')]],
  ['a less usual operator', true, [node('ArgMax', 'x', 'y', { axis: 1 })]],
  ['numbers that are stored as bytes', true, [node('QuantizeLinear', 'x one zero', 'y')]],
  [
    'a Gelu that is spelled out',
    true,
    [
      node('Div', 'x root', 'd'),
      node('Erf', 'd', 'e'),
      node('Add', 'e one', 'a'),
      node('Mul', 'x a', 'm'),
      node('Mul', 'm half', 'y'),
    ],
  ],
  ["an operator of onnxruntime's own", true, [{ ...node('Gelu', 'x', 'y'), domain: 'com.microsoft' }]],
])('a file with %s is read with what it needs', async (_, needsMore, nodes) => {
  const bytes = file(nodes);
  expect((await loadReaders(readModel(bytes))).more !== undefined).toBe(needsMore);
  const { network, outputs } = now.readOnnx(bytes);
  expect(await readOnnx(bytes)).toMatchObject({ network, outputs });
  expect((await openOnnx(bytes)).bind()).toMatchObject({ network, outputs });
  const integer = { arithmetic: 'integer' } as const;
  expect(await readOnnx(bytes, integer)).toEqual(now.readOnnx(bytes, integer));
  expect(await inspectOnnx(bytes)).toEqual(now.inspectOnnx(bytes));
});

test('a branch counts, too', async () => {
  const then = { nodes: [node('Tan', 'x', 't')], outputs: ['t'] };
  const otherwise = { nodes: [node('Relu', 'x', 'o')], outputs: ['o'] };
  const bytes = onnxFile({
    opset: 13,
    nodes: [node('If', 'c', 'y', { then_branch: then, else_branch: otherwise })],
    initializers: { c: { dims: [], raw: [9, Uint8Array.of(1)] } },
    inputs: { x: [1, 4] },
    outputs: ['y'],
  });
  expect((await loadReaders(readModel(bytes))).more).toBeDefined();
  expect((await readOnnx(bytes)).network).toEqual(now.readOnnx(bytes).network);
});
