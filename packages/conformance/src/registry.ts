/** @file The only list of ops with their cases and bounds; an op of the graph that has none is a compile error. */

import type { OpName } from '@sepconv/graph';
import { averagePool2d } from './ops/average-pool2d.ts';
import { batchNorm } from './ops/batch-norm.ts';
import { binaryOps } from './ops/binary.ts';
import { concat } from './ops/concat.ts';
import { convInteger } from './ops/conv-integer.ts';
import { convTranspose2d } from './ops/conv-transpose2d.ts';
import { conv2d } from './ops/conv2d.ts';
import { dense } from './ops/dense.ts';
import { depthwiseConv2d } from './ops/depthwise-conv2d.ts';
import { dequantize } from './ops/dequantize.ts';
import { dynamicQuantize } from './ops/dynamic-quantize.ts';
import { flatten } from './ops/flatten.ts';
import { gather } from './ops/gather.ts';
import { globalAveragePool2d } from './ops/global-average-pool2d.ts';
import { globalMaxPool2d } from './ops/global-max-pool2d.ts';
import { layerNorm } from './ops/layer-norm.ts';
import { lookup } from './ops/lookup.ts';
import { matmul } from './ops/matmul.ts';
import { matmulInteger } from './ops/matmul-integer.ts';
import { maxPool2d } from './ops/max-pool2d.ts';
import { nonMaxSuppression } from './ops/non-max-suppression.ts';
import { pad } from './ops/pad.ts';
import { pointwiseConv2d } from './ops/pointwise-conv2d.ts';
import { quantize } from './ops/quantize.ts';
import { quantizedAdd } from './ops/quantized-add.ts';
import { quantizedConv2d } from './ops/quantized-conv2d.ts';
import { quantizedGlobalAveragePool2d } from './ops/quantized-global-average-pool2d.ts';
import { quantizedMatmul } from './ops/quantized-matmul.ts';
import { quantizedMul } from './ops/quantized-mul.ts';
import { quantizedResize2d } from './ops/quantized-resize2d.ts';
import { quantizedSoftmax } from './ops/quantized-softmax.ts';
import { reduceMean } from './ops/reduce-mean.ts';
import { reinterpret } from './ops/reinterpret.ts';
import { reshape } from './ops/reshape.ts';
import { resize2d } from './ops/resize2d.ts';
import { separableConv2d } from './ops/separable-conv2d.ts';
import { slice } from './ops/slice.ts';
import { softmax } from './ops/softmax.ts';
import { topK } from './ops/top-k.ts';
import { transpose } from './ops/transpose.ts';
import { unaryOps } from './ops/unary.ts';
import type { OpConformance } from './types.ts';

/** What conformance means for every op, by name. */
export const conformanceOps: { readonly [Name in OpName]: OpConformance<Name> } = {
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
};
