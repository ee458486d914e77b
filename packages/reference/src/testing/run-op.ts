/** @file For tests only: one op on tensors written out by hand. */

import type { AttributesOf, Node, OpName } from '@sepconv/graph';
import { float32Tensor, type Tensor } from '@sepconv/tensor';
import type { MacCounter } from '../mac-counter.js';
import { runReferenceNode } from '../run.js';

/** Attributes of a window that moves pixel by pixel without padding. */
export const plainWindow = {
  strides: [1, 1],
  dilations: [1, 1],
  padding: { top: 0, bottom: 0, left: 0, right: 0 },
} as const;

/** The result of one op. */
export function runOp<Name extends OpName>(
  op: Name,
  attributes: AttributesOf[Name],
  inputs: readonly Tensor[],
  counter?: MacCounter,
): Tensor {
  const node = {
    name: op,
    op,
    inputs: inputs.map((_, index) => `input${index}`),
    outputs: [op],
    attributes,
  } as unknown as Node;
  const [output] = runReferenceNode(node, inputs, counter);
  return output!;
}

/** The numbers of a tensor as a plain array. */
export const valuesOf = ({ data }: Tensor): number[] => Array.from(data);

/** An op with one input on a few numbers. */
export function apply<Name extends OpName>(
  op: Name,
  attributes: AttributesOf[Name],
  ...values: number[]
): number[] {
  return valuesOf(runOp(op, attributes, [float32Tensor([values.length], values)]));
}

/** The elements of channel c that a window lies on, gathered from a padded copy: written unlike the op on purpose. */
export function windowsOf(
  input: Tensor,
  size: number,
  stride: number,
  border: number,
  channel: number,
): number[][] {
  const [, height, width, channels] = input.shape as readonly [number, number, number, number];
  const rows = Array.from({ length: height + 2 * border }, (_, y) =>
    Array.from({ length: width + 2 * border }, (_, x) => {
      const inside = y >= border && y < height + border && x >= border && x < width + border;
      return inside ? input.data[((y - border) * width + x - border) * channels + channel] : undefined;
    }),
  );
  const windows: number[][] = [];
  for (let y = 0; y + size <= rows.length; y += stride) {
    for (let x = 0; x + size <= rows[0]!.length; x += stride) {
      const taps = rows.slice(y, y + size).flatMap((row) => row.slice(x, x + size));
      windows.push(taps.filter((value) => value !== undefined));
    }
  }
  return windows;
}
