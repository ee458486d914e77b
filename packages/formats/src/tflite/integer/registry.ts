/** @file The only list of TFLite operators that are computed with integers; every other one is dequantized and quantized again. */
import type { IntegerReader } from '../context.js';
import {
  readIntegerAdd,
  readIntegerAveragePool2d,
  readIntegerMean,
  readIntegerMul,
  readIntegerSub,
} from './arithmetic.js';
import { readIntegerMaximum, readIntegerMinimum } from './bounds.js';
import { readIntegerGather } from './gathered.js';
import { readIntegerConv2d, readIntegerDense, readIntegerDepthwiseConv2d } from './layers.js';
import {
  readIntegerElu,
  readIntegerExp,
  readIntegerGelu,
  readIntegerHardSwish,
  readIntegerLeakyRelu,
  readIntegerLogistic,
  readIntegerQuantize,
  readIntegerRelu,
  readIntegerRelu6,
  readIntegerReluMinusOneToOne,
  readIntegerReluZeroToOne,
  readIntegerTanh,
} from './lookups.js';
import {
  readIntegerConcat,
  readIntegerDepthToSpace,
  readIntegerExpandDims,
  readIntegerMaxPool2d,
  readIntegerMirrorPad,
  readIntegerPack,
  readIntegerPad,
  readIntegerReshape,
  readIntegerReverse,
  readIntegerSlice,
  readIntegerSpaceToDepth,
  readIntegerSplit,
  readIntegerSplitV,
  readIntegerSqueeze,
  readIntegerStridedSlice,
  readIntegerTranspose,
  readIntegerUnpack,
} from './moves.js';
import { readIntegerPrelu } from './prelu.js';
import { readIntegerResizeBilinear } from './resize.js';
import { readIntegerSoftmax } from './softmax.js';
import { readIntegerTransposeConv } from './transposed.js';

/** Readers by TFLite's name of the operator. */
export const integerReaders: ReadonlyMap<string, IntegerReader> = new Map(
  Object.entries<IntegerReader>({
    ADD: readIntegerAdd,
    AVERAGE_POOL_2D: readIntegerAveragePool2d,
    CONCATENATION: readIntegerConcat,
    CONV_2D: readIntegerConv2d,
    DEPTH_TO_SPACE: readIntegerDepthToSpace,
    DEPTHWISE_CONV_2D: readIntegerDepthwiseConv2d,
    ELU: readIntegerElu,
    EXP: readIntegerExp,
    EXPAND_DIMS: readIntegerExpandDims,
    FULLY_CONNECTED: readIntegerDense,
    GATHER: readIntegerGather,
    GELU: readIntegerGelu,
    HARD_SWISH: readIntegerHardSwish,
    LEAKY_RELU: readIntegerLeakyRelu,
    LOGISTIC: readIntegerLogistic,
    MAX_POOL_2D: readIntegerMaxPool2d,
    MAXIMUM: readIntegerMaximum,
    MEAN: readIntegerMean,
    MINIMUM: readIntegerMinimum,
    MIRROR_PAD: readIntegerMirrorPad,
    MUL: readIntegerMul,
    PACK: readIntegerPack,
    PAD: readIntegerPad,
    PADV2: readIntegerPad,
    PRELU: readIntegerPrelu,
    QUANTIZE: readIntegerQuantize,
    RELU: readIntegerRelu,
    RELU_0_TO_1: readIntegerReluZeroToOne,
    RELU_N1_TO_1: readIntegerReluMinusOneToOne,
    RELU6: readIntegerRelu6,
    RESHAPE: readIntegerReshape,
    RESIZE_BILINEAR: readIntegerResizeBilinear,
    REVERSE_V2: readIntegerReverse,
    SLICE: readIntegerSlice,
    SOFTMAX: readIntegerSoftmax,
    SPACE_TO_DEPTH: readIntegerSpaceToDepth,
    SPLIT: readIntegerSplit,
    SPLIT_V: readIntegerSplitV,
    SQUEEZE: readIntegerSqueeze,
    STRIDED_SLICE: readIntegerStridedSlice,
    SUB: readIntegerSub,
    TANH: readIntegerTanh,
    TRANSPOSE: readIntegerTranspose,
    TRANSPOSE_CONV: readIntegerTransposeConv,
    UNPACK: readIntegerUnpack,
  }),
);
