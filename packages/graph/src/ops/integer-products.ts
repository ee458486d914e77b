/** @file The shape rules that an integer product shares with its requantized form. */
import { formatShape, type Shape } from '@sepconv/tensor';
import type { InferenceContext, WindowAttributes } from './contract.js';
import { expectImage, expectInteger, expectShape, fail, inferWindow, inputAt } from './contract.js';

/** Attributes of a convolution of integers, beside what its result is stored as. */
export interface IntegerConv2dAttributes extends WindowAttributes {
  /** Groups of channels that do not mix: as many as input channels for a depthwise convolution. */
  readonly groups: number;
}

/** `[N, H', W', C_out]` for an image `[N, H, W, C_in]` and a weight `[K_h, K_w, C_in / groups, C_out]`. */
export function integerConvolutionShape(context: InferenceContext<IntegerConv2dAttributes>): Shape {
  const [batch, height, width, channels] = expectImage(context, inputAt(context, 0).shape);
  const weight = inputAt(context, 1).shape;
  const { groups } = context.attributes;
  expectInteger(context, 'groups', groups, 1);
  if (channels % groups !== 0)
    fail(context, `the input has ${channels} channels, which ${groups} groups do not divide`);
  const [kernelHeight = 0, kernelWidth = 0, , outputs = 0] = weight;
  expectShape(context, 'the weight', weight, [
    ['K_h', kernelHeight],
    ['K_w', kernelWidth],
    [groups === 1 ? 'C_in' : 'C_in / groups', channels / groups],
    ['C_out', outputs],
  ]);
  if (outputs % groups !== 0)
    fail(context, `the weight has ${outputs} output channels, which ${groups} groups do not divide`);
  return [batch, ...inferWindow(context, [height, width], [kernelHeight, kernelWidth]), outputs];
}

/** `[…, M, N]` for `[…, M, K]` and a `[K, N]` for all of them, or a `[…, K, N]` for each. */
export function integerMatmulShape(context: InferenceContext<unknown>): Shape {
  const [a, b] = [inputAt(context, 0).shape, inputAt(context, 1).shape];
  const says = `multiplies ${formatShape(a)} by ${formatShape(b)}`;
  if (a.length < 2 || b.length < 2) fail(context, `${says}, but needs matrices […, M, K] and […, K, N]`);
  const [k, n] = b.slice(-2) as [number, number];
  if (a.at(-1) !== k) fail(context, `${says}: ${a.at(-1)} columns do not fit ${k} rows`);
  const batch = a.slice(0, -2);
  const fits = b.length === 2 || (b.length === a.length && batch.every((size, axis) => size === b[axis]));
  if (!fits)
    fail(context, `${says}: the dimensions before the matrices must be the same, or b be one matrix`);
  return [...batch, a.at(-2) as number, n];
}
