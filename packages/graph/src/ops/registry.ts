/**
 * @file The only list of ops. Adding an op begins here: its contract, and its line in the table below, or in that of the ops of
 * one or two numbers.
 */

import type { Activation } from '../activation.js';
import { averagePool2d } from './average-pool2d.js';
import { batchNorm } from './batch-norm.js';
import { binaryOps } from './binary.js';
import { concat } from './concat.js';
import type { OpContract } from './contract.js';
import { convInteger } from './conv-integer.js';
import { convTranspose2d } from './conv-transpose2d.js';
import { conv2d } from './conv2d.js';
import { dense } from './dense.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { dequantize } from './dequantize.js';
import { dynamicQuantize } from './dynamic-quantize.js';
import { flatten } from './flatten.js';
import { gather } from './gather.js';
import { globalAveragePool2d } from './global-average-pool2d.js';
import { globalMaxPool2d } from './global-max-pool2d.js';
import { layerNorm } from './layer-norm.js';
import { lookup } from './lookup.js';
import { matmul } from './matmul.js';
import { matmulInteger } from './matmul-integer.js';
import { maxPool2d } from './max-pool2d.js';
import { nonMaxSuppression } from './non-max-suppression.js';
import { pad } from './pad.js';
import { pointwiseConv2d } from './pointwise-conv2d.js';
import { quantize } from './quantize.js';
import { quantizedAdd } from './quantized-add.js';
import { quantizedConv2d } from './quantized-conv2d.js';
import { quantizedGlobalAveragePool2d } from './quantized-global-average-pool2d.js';
import { quantizedMatmul } from './quantized-matmul.js';
import { quantizedMul } from './quantized-mul.js';
import { quantizedResize2d } from './quantized-resize2d.js';
import { quantizedSoftmax } from './quantized-softmax.js';
import { reduceMean } from './reduce-mean.js';
import { reinterpret } from './reinterpret.js';
import { reshape } from './reshape.js';
import { resize2d } from './resize2d.js';
import { separableConv2d } from './separable-conv2d.js';
import { slice } from './slice.js';
import { softmax } from './softmax.js';
import { topK } from './top-k.js';
import { transpose } from './transpose.js';
import { unaryOps } from './unary.js';

/** Every op's contract by name. */
export const ops = {
  ...unaryOps,
  ...binaryOps,
  'average-pool2d': averagePool2d,
  'batch-norm': batchNorm,
  concat,
  'conv-integer': convInteger,
  'conv-transpose2d': convTranspose2d,
  conv2d,
  dense,
  'depthwise-conv2d': depthwiseConv2d,
  dequantize,
  'dynamic-quantize': dynamicQuantize,
  flatten,
  gather,
  'global-average-pool2d': globalAveragePool2d,
  'global-max-pool2d': globalMaxPool2d,
  'layer-norm': layerNorm,
  lookup,
  matmul,
  'matmul-integer': matmulInteger,
  'max-pool2d': maxPool2d,
  'non-max-suppression': nonMaxSuppression,
  pad,
  'pointwise-conv2d': pointwiseConv2d,
  quantize,
  'quantized-add': quantizedAdd,
  'quantized-conv2d': quantizedConv2d,
  'quantized-global-average-pool2d': quantizedGlobalAveragePool2d,
  'quantized-matmul': quantizedMatmul,
  'quantized-mul': quantizedMul,
  'quantized-resize2d': quantizedResize2d,
  'quantized-softmax': quantizedSoftmax,
  'reduce-mean': reduceMean,
  reinterpret,
  reshape,
  resize2d,
  'separable-conv2d': separableConv2d,
  slice,
  softmax,
  'top-k': topK,
  transpose,
} as const;

/** The name of an op. */
export type OpName = keyof typeof ops;

/** The name of an op that maps each number by itself: `contractOf(name).activation` says by which function. */
export type UnaryOpName = keyof typeof unaryOps;

/** The name of an op that combines two numbers: `contractOf(name).combine` says how. */
export type BinaryOpName = keyof typeof binaryOps;

/** The name of an op that has a meaning for integers only, on one side at least. */
export type IntegerOpName = {
  [Name in OpName]: (typeof ops)[Name] extends { readonly integers: 'own' } ? Name : never;
}[OpName];

/** Each op's attributes by its name. */
export type AttributesOf = {
  readonly [Name in OpName]: (typeof ops)[Name] extends OpContract<infer Attributes> ? Attributes : never;
};

/** Every op's name, in alphabetical order. */
export const opNames = Object.keys(ops).sort() as readonly OpName[];

/** Whether a string names an op. */
export function isOpName(name: string): name is OpName {
  return Object.hasOwn(ops, name);
}

/** What an op is: its kind and other traits, and its shape rule. */
export function contractOf(op: OpName): OpContract<unknown> {
  return ops[op];
}

/**
 * The function of one number that a node is, if it is one.
 *
 * @internal
 */
export function activationOf({
  op,
  attributes,
}: {
  readonly op: OpName;
  readonly attributes: unknown;
}): Activation | undefined {
  return contractOf(op).activation?.(attributes);
}
