/** @file The only list of reference ops; an op of the graph that has none is a compile error. */

import type { OpName } from '@sepconv/graph';
import { abs } from './ops/abs.js';
import { add } from './ops/add.js';
import { averagePool2d } from './ops/average-pool2d.js';
import { batchNorm } from './ops/batch-norm.js';
import { clamp } from './ops/clamp.js';
import { concat } from './ops/concat.js';
import { convInteger } from './ops/conv-integer.js';
import { convTranspose2d } from './ops/conv-transpose2d.js';
import { conv2d } from './ops/conv2d.js';
import { dense } from './ops/dense.js';
import { depthwiseConv2d } from './ops/depthwise-conv2d.js';
import { dequantize } from './ops/dequantize.js';
import { div } from './ops/div.js';
import { dynamicQuantize } from './ops/dynamic-quantize.js';
import { elu } from './ops/elu.js';
import { erf } from './ops/erf.js';
import { exp } from './ops/exp.js';
import { flatten } from './ops/flatten.js';
import { gelu } from './ops/gelu.js';
import { globalAveragePool2d } from './ops/global-average-pool2d.js';
import { globalMaxPool2d } from './ops/global-max-pool2d.js';
import { hardSigmoid } from './ops/hard-sigmoid.js';
import { hardSwish } from './ops/hard-swish.js';
import { layerNorm } from './ops/layer-norm.js';
import { leakyRelu } from './ops/leaky-relu.js';
import { matmul } from './ops/matmul.js';
import { matmulInteger } from './ops/matmul-integer.js';
import { maxPool2d } from './ops/max-pool2d.js';
import { mul } from './ops/mul.js';
import { neg } from './ops/neg.js';
import { pad } from './ops/pad.js';
import { pointwiseConv2d } from './ops/pointwise-conv2d.js';
import { pow } from './ops/pow.js';
import { prelu } from './ops/prelu.js';
import { quantize } from './ops/quantize.js';
import { quantizedAdd } from './ops/quantized-add.js';
import { quantizedConv2d } from './ops/quantized-conv2d.js';
import { quantizedGlobalAveragePool2d } from './ops/quantized-global-average-pool2d.js';
import { quantizedMatmul } from './ops/quantized-matmul.js';
import { quantizedMul } from './ops/quantized-mul.js';
import { reduceMean } from './ops/reduce-mean.js';
import type { ReferenceOp } from './ops/reference-op.js';
import { reinterpret } from './ops/reinterpret.js';
import { relu } from './ops/relu.js';
import { relu6 } from './ops/relu6.js';
import { reshape } from './ops/reshape.js';
import { resize2d } from './ops/resize2d.js';
import { selu } from './ops/selu.js';
import { separableConv2d } from './ops/separable-conv2d.js';
import { sigmoid } from './ops/sigmoid.js';
import { slice } from './ops/slice.js';
import { softmax } from './ops/softmax.js';
import { sqrt } from './ops/sqrt.js';
import { sub } from './ops/sub.js';
import { swish } from './ops/swish.js';
import { tanh } from './ops/tanh.js';
import { transpose } from './ops/transpose.js';

/** The definition of every op by name. */
export const referenceOps: { readonly [Name in OpName]: ReferenceOp<Name> } = {
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
};
