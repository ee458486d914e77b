/** @file The only table of all reference ops; an op of the graph that has none is a compile error. */

import type { ReferenceOps } from './ops/reference-op.js';
import * as ops from './ops.js';

/** The definition of every op by name. */
export const referenceOps: Required<ReferenceOps> = {
  ...ops.elementwiseOps(),
  'average-pool2d': ops.averagePool2d,
  'batch-norm': ops.batchNorm,
  concat: ops.concat,
  'conv-integer': ops.convInteger,
  'conv-transpose2d': ops.convTranspose2d,
  conv2d: ops.conv2d,
  dense: ops.dense,
  'depthwise-conv2d': ops.depthwiseConv2d,
  dequantize: ops.dequantize,
  'dynamic-quantize': ops.dynamicQuantize,
  flatten: ops.flatten,
  gather: ops.gather,
  'global-average-pool2d': ops.globalAveragePool2d,
  'global-max-pool2d': ops.globalMaxPool2d,
  'layer-norm': ops.layerNorm,
  lookup: ops.lookup,
  matmul: ops.matmul,
  'matmul-integer': ops.matmulInteger,
  'max-pool2d': ops.maxPool2d,
  pad: ops.pad,
  'pointwise-conv2d': ops.pointwiseConv2d,
  quantize: ops.quantize,
  'quantized-add': ops.quantizedAdd,
  'quantized-conv2d': ops.quantizedConv2d,
  'quantized-global-average-pool2d': ops.quantizedGlobalAveragePool2d,
  'quantized-matmul': ops.quantizedMatmul,
  'quantized-mul': ops.quantizedMul,
  'reduce-mean': ops.reduceMean,
  reinterpret: ops.reinterpret,
  reshape: ops.reshape,
  resize2d: ops.resize2d,
  'separable-conv2d': ops.separableConv2d,
  slice: ops.slice,
  softmax: ops.softmax,
  transpose: ops.transpose,
};
