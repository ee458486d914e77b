/** @file Readers of the operators that most networks are made of; the others are in `more.ts`, which is loaded where a file has one. */
import type { OperatorReader } from '../context.js';
import {
  readElu,
  readGelu,
  readHardSwish,
  readLeakyRelu,
  readLogistic,
  readPrelu,
  readRelu,
  readRelu6,
  readReluMinusOneToOne,
  readReluZeroToOne,
  readSoftmax,
  readTanh,
} from './activations.js';
import { readAdd, readMaximum, readMinimum, readMul, readSub } from './arithmetic.js';
import { readConcat } from './concat.js';
import { readTransposeConv } from './conv-transpose2d.js';
import { readConv2d } from './conv2d.js';
import { readDense } from './dense.js';
import { readDepthwiseConv2d } from './depthwise-conv2d.js';
import { readPad } from './pad.js';
import { readAveragePool2d, readMaxPool2d } from './pool2d.js';
import { readRequantization } from './quantize.js';
import { readDepthToSpace, readExpandDims, readReshape, readSqueeze, readTranspose } from './reshape.js';
import { readResizeBilinear, readResizeNearestNeighbor } from './resize2d.js';
import { readSlice, readSplit, readSplitV } from './slice.js';

/** Readers by TFLite's name of the operator. */
export const commonReaders: Readonly<Record<string, OperatorReader>> = {
  ADD: readAdd,
  AVERAGE_POOL_2D: readAveragePool2d,
  CONCATENATION: readConcat,
  CONV_2D: readConv2d,
  DEPTH_TO_SPACE: readDepthToSpace,
  DEPTHWISE_CONV_2D: readDepthwiseConv2d,
  DEQUANTIZE: readRequantization,
  ELU: readElu,
  EXPAND_DIMS: readExpandDims,
  FULLY_CONNECTED: readDense,
  GELU: readGelu,
  HARD_SWISH: readHardSwish,
  LEAKY_RELU: readLeakyRelu,
  LOGISTIC: readLogistic,
  MAX_POOL_2D: readMaxPool2d,
  MAXIMUM: readMaximum,
  MINIMUM: readMinimum,
  MUL: readMul,
  PAD: readPad,
  PADV2: readPad,
  PRELU: readPrelu,
  QUANTIZE: readRequantization,
  RELU: readRelu,
  RELU_0_TO_1: readReluZeroToOne,
  RELU_N1_TO_1: readReluMinusOneToOne,
  RELU6: readRelu6,
  RESHAPE: readReshape,
  RESIZE_BILINEAR: readResizeBilinear,
  RESIZE_NEAREST_NEIGHBOR: readResizeNearestNeighbor,
  SLICE: readSlice,
  SOFTMAX: readSoftmax,
  SPLIT: readSplit,
  SPLIT_V: readSplitV,
  SQUEEZE: readSqueeze,
  SUB: readSub,
  TANH: readTanh,
  TRANSPOSE: readTranspose,
  TRANSPOSE_CONV: readTransposeConv,
};
