/** @file What writers of ops share. */
import type { NodeOf, OpName, WindowAttributes } from '@sepconv/graph';
import { refuse } from '../../errors.js';
import type { GraphWriter } from './graph-writer.js';

/** Appends what a node of the graph is in ONNX; `output` is the node's. */
export type OpWriter<Name extends OpName> = (writer: GraphWriter, node: NodeOf<Name>, output: string) => void;

/** The name of an input that the op cannot do without. */
export const inputOf = ({ inputs }: { readonly inputs: readonly string[] }, index: number): string =>
  inputs[index] ?? refuse(`has no input ${index}`);

/** Attributes of a window in ONNX's words. */
export function windowAttributes({
  strides,
  dilations,
  padding,
}: WindowAttributes): Record<string, readonly number[]> {
  const { top, left, bottom, right } = padding;
  return { strides, dilations, pads: [top, left, bottom, right] };
}
