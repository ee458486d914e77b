/** @file What writers of ops share. */
import type { HeightWidth, NodeOf, OpName, Padding } from '@sepconv/graph';
import { noPadding, samePadding } from '@sepconv/graph';
import { refuse } from '../../errors.js';
import type { WrittenField, WrittenOptions } from './encode.js';
import type { TfliteWriter } from './graph-writer.js';

/** Where a node's result goes. */
export interface Target {
  /** The tensor. */
  readonly output: number;
  /** The name of the value, for what is written in front of it. */
  readonly name: string;
  /** The schema's number of the activation that is fused into the node. */
  readonly activation: number;
}

/** Appends what a node of the graph is in TFLite. */
export type OpWriter<Name extends OpName> = (
  writer: TfliteWriter,
  node: NodeOf<Name>,
  target: Target,
) => void;

/** The name of an input that the op cannot do without. */
export const inputOf = ({ inputs }: { readonly inputs: readonly string[] }, index: number): string =>
  inputs[index] ?? refuse(`has no input ${index}`);

/** An options table of this kind. */
export const options = (type: number, ...fields: readonly WrittenField[]): WrittenOptions => [
  type,
  ...fields,
];
export const int8 = (slot: number, value: number): WrittenField => ({ slot, int8: value });
export const int32 = (slot: number, value: number): WrittenField => ({ slot, int32: value });
export const float32 = (slot: number, value: number): WrittenField => ({ slot, float32: value });
/** Options with a fused activation in their first slot. */
export const activated = (type: number, { activation }: Target): WrittenOptions =>
  options(type, int8(0, activation));

/** The schema's padding. */
export const padding = { same: 0, valid: 1 } as const;

const sides = ['top', 'bottom', 'left', 'right'] as const;
const isAlike = (a: Padding, b: Padding): boolean => sides.every((side) => a[side] === b[side]);

/** Which of the schema's two paddings four numbers are, if they are one of them. */
export function paddingOf(
  amounts: Padding,
  input: HeightWidth,
  window: HeightWidth,
  strides: HeightWidth,
  dilations: HeightWidth,
): number | undefined {
  if (isAlike(amounts, noPadding)) return padding.valid;
  return isAlike(amounts, samePadding(input, window, strides, dilations)) ? padding.same : undefined;
}

/** Appends an image with a border: of what stands for 0, or of another number, a stored one of integers. */
export function bordered(
  writer: TfliteWriter,
  image: number,
  { top, bottom, left, right }: Padding,
  stem: string,
  value?: number,
): number {
  const { shape, ...type } = writer.tensorType(image);
  const [batch = 1, height = 1, width = 1, channels = 1] = shape;
  const amounts = writer.integers([0, 0, top, bottom, left, right, 0, 0], `${stem}/amounts`, [4, 2]);
  const padded = { stem, ...type, shape: [batch, height + top + bottom, width + left + right, channels] };
  if (value === undefined) return writer.helperOperator('PAD', [image, amounts], padded, options(22));
  const number = writer.scalarOf(type, value, `${stem}/value`);
  return writer.helperOperator('PADV2', [image, amounts, number], padded, options(43));
}
