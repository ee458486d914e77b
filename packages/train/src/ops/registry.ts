/** @file The only list of ops with their derivatives; an op of the graph that has none is a compile error. */
import { abs } from './abs.js';
import { add } from './add.js';
import { averagePool2d } from './average-pool2d.js';
import { batchNorm } from './batch-norm.js';
import { clamp } from './clamp.js';
import { concat } from './concat.js';
import { convTranspose2d } from './conv-transpose2d.js';
import { conv2d } from './conv2d.js';
import { dense } from './dense.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { div } from './div.js';
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
import { matmul } from './matmul.js';
import { maxPool2d } from './max-pool2d.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { pad } from './pad.js';
import { pointwiseConv2d } from './pointwise-conv2d.js';
import { pow } from './pow.js';
import { prelu } from './prelu.js';
import { reduceMean } from './reduce-mean.js';
import { relu } from './relu.js';
import { relu6 } from './relu6.js';
import { reshape } from './reshape.js';
import { resize2d } from './resize2d.js';
import { selu } from './selu.js';
import { sigmoid } from './sigmoid.js';
import { slice } from './slice.js';
import { softmax } from './softmax.js';
import { sqrt } from './sqrt.js';
import { sub } from './sub.js';
import { swish } from './swish.js';
import { tanh } from './tanh.js';
import type { TrainingOp, TrainingOpName } from './training-op.js';
import { transpose } from './transpose.js';

/** Value and derivative of every op by name. */
export const trainingOps: { readonly [Name in TrainingOpName]: TrainingOp<Name> } = {
  abs,
  add,
  'average-pool2d': averagePool2d,
  'batch-norm': batchNorm,
  clamp,
  concat,
  'conv-transpose2d': convTranspose2d,
  conv2d,
  dense,
  'depthwise-conv2d': depthwiseConv2d,
  div,
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
  'max-pool2d': maxPool2d,
  mul,
  neg,
  pad,
  'pointwise-conv2d': pointwiseConv2d,
  pow,
  prelu,
  'reduce-mean': reduceMean,
  relu,
  relu6,
  reshape,
  resize2d,
  selu,
  sigmoid,
  slice,
  softmax,
  sqrt,
  sub,
  swish,
  tanh,
  transpose,
};
