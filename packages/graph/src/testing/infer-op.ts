/** @file For tests only: the shape rule of one op on shapes written out. */

import type { DType, Shape } from '@sepconv/tensor';
import { inferNode } from '../infer.js';
import type { AttributesOf, OpName } from '../ops/registry.js';
import type { Node } from '../types.js';
import type { ValueType } from '../value-type.js';

/** Attributes of a window that moves pixel by pixel without padding. */
export const plainWindow = {
  strides: [1, 1],
  dilations: [1, 1],
  padding: { top: 0, bottom: 0, left: 0, right: 0 },
} as const;

/** A node called `node` with one output. */
function nodeOf<Name extends OpName>(op: Name, attributes: AttributesOf[Name], inputs: number): Node {
  const names = Array.from({ length: inputs }, (_, index) => `input${index}`);
  return { name: 'node', op, inputs: names, outputs: ['node'], attributes } as unknown as Node;
}

/** The output that an op's contract infers for inputs of these types. */
export function inferTypesOf<Name extends OpName>(
  op: Name,
  attributes: AttributesOf[Name],
  inputs: readonly ValueType[],
): ValueType {
  const [output] = inferNode(nodeOf(op, attributes, inputs.length), inputs);
  return output as ValueType;
}

/** The shape that an op's contract infers for float32 inputs of these shapes. */
export function inferShape<Name extends OpName>(
  op: Name,
  attributes: AttributesOf[Name],
  ...shapes: readonly Shape[]
): Shape {
  return inferTypesOf(
    op,
    attributes,
    shapes.map((shape) => ({ shape, dtype: 'float32' as DType })),
  ).shape;
}

/** Positions at which a window can start along an axis, found by trying all of them: no closed form. */
export function countPositions(padded: number, window: number, stride: number, dilation: number): number {
  let count = 0;
  for (let start = 0; start + (window - 1) * dilation < padded; start += stride) count++;
  return count;
}
