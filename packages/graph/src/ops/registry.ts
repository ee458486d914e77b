/** @file The only list of ops. Adding an op begins here: its contract, and its line in the table below. */

import { abs } from './abs.js';
import { add } from './add.js';
import { averagePool2d } from './average-pool2d.js';
import { batchNorm } from './batch-norm.js';
import { clamp } from './clamp.js';
import { concat } from './concat.js';
import type { OpContract } from './contract.js';
import { convInteger } from './conv-integer.js';
import { convTranspose2d } from './conv-transpose2d.js';
import { conv2d } from './conv2d.js';
import { dense } from './dense.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { dequantize } from './dequantize.js';
import { div } from './div.js';
import { dynamicQuantize } from './dynamic-quantize.js';
import { elu } from './elu.js';
import { erf } from './erf.js';
import { exp } from './exp.js';
import { flatten } from './flatten.js';
import { gelu } from './gelu.js';
import { globalAveragePool2d } from './global-average-pool2d.js';
import { globalMaxPool2d } from './global-max-pool2d.js';
import { hardSigmoid } from './hard-sigmoid.js';
import { hardSwish } from './hard-swish.js';
import { layerNorm } from './layer-norm.js';
import { leakyRelu } from './leaky-relu.js';
import { lookup } from './lookup.js';
import { matmul } from './matmul.js';
import { matmulInteger } from './matmul-integer.js';
import { maxPool2d } from './max-pool2d.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { pad } from './pad.js';
import { pointwiseConv2d } from './pointwise-conv2d.js';
import { pow } from './pow.js';
import { prelu } from './prelu.js';
import { quantize } from './quantize.js';
import { quantizedAdd } from './quantized-add.js';
import { quantizedConv2d } from './quantized-conv2d.js';
import { quantizedGlobalAveragePool2d } from './quantized-global-average-pool2d.js';
import { quantizedMatmul } from './quantized-matmul.js';
import { quantizedMul } from './quantized-mul.js';
import { reduceMean } from './reduce-mean.js';
import { reinterpret } from './reinterpret.js';
import { relu } from './relu.js';
import { relu6 } from './relu6.js';
import { reshape } from './reshape.js';
import { resize2d } from './resize2d.js';
import { selu } from './selu.js';
import { separableConv2d } from './separable-conv2d.js';
import { sigmoid } from './sigmoid.js';
import { slice } from './slice.js';
import { softmax } from './softmax.js';
import { sqrt } from './sqrt.js';
import { sub } from './sub.js';
import { swish } from './swish.js';
import { tanh } from './tanh.js';
import { transpose } from './transpose.js';

/** Every op's contract by name. */
export const ops = {
  abs,
  add,
  'average-pool2d': averagePool2d,
  'batch-norm': batchNorm,
  clamp,
  concat,
  'conv-integer': convInteger,
  'conv-transpose2d': convTranspose2d,
  conv2d,
  dense,
  'depthwise-conv2d': depthwiseConv2d,
  dequantize,
  div,
  'dynamic-quantize': dynamicQuantize,
  elu,
  erf,
  exp,
  flatten,
  gelu,
  'global-average-pool2d': globalAveragePool2d,
  'global-max-pool2d': globalMaxPool2d,
  'hard-sigmoid': hardSigmoid,
  'hard-swish': hardSwish,
  'layer-norm': layerNorm,
  'leaky-relu': leakyRelu,
  lookup,
  matmul,
  'matmul-integer': matmulInteger,
  'max-pool2d': maxPool2d,
  mul,
  neg,
  pad,
  'pointwise-conv2d': pointwiseConv2d,
  pow,
  prelu,
  quantize,
  'quantized-add': quantizedAdd,
  'quantized-conv2d': quantizedConv2d,
  'quantized-global-average-pool2d': quantizedGlobalAveragePool2d,
  'quantized-matmul': quantizedMatmul,
  'quantized-mul': quantizedMul,
  'reduce-mean': reduceMean,
  reinterpret,
  relu,
  relu6,
  reshape,
  resize2d,
  selu,
  'separable-conv2d': separableConv2d,
  sigmoid,
  slice,
  softmax,
  sqrt,
  sub,
  swish,
  tanh,
  transpose,
} as const;

/** The name of an op. */
export type OpName = keyof typeof ops;

/** Each op's attributes by its name. */
export type AttributesOf = {
  readonly [Name in OpName]: (typeof ops)[Name] extends OpContract<infer Attributes> ? Attributes : never;
};

/** Every op's name, in alphabetical order. */
export const opNames = Object.keys(ops) as readonly OpName[];

/** Whether a string names an op. */
export function isOpName(name: string): name is OpName {
  return Object.hasOwn(ops, name);
}
