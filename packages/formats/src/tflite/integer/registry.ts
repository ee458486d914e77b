/** @file The only list of TFLite operators that are computed with integers; every other one is dequantized and quantized again. */
import type { OperatorContext, OperatorResult } from '../context.js';
import {
  readIntegerAdd,
  readIntegerAveragePool2d,
  readIntegerMean,
  readIntegerMul,
  readIntegerSub,
} from './arithmetic.js';
import { readIntegerConv2d, readIntegerDense, readIntegerDepthwiseConv2d } from './layers.js';
import {
  readIntegerHardSwish,
  readIntegerLeakyRelu,
  readIntegerQuantize,
  readIntegerRelu,
  readIntegerRelu6,
  readIntegerReluMinusOneToOne,
  readIntegerReluZeroToOne,
} from './lookups.js';
import {
  readIntegerConcat,
  readIntegerDepthToSpace,
  readIntegerExpandDims,
  readIntegerMaxPool2d,
  readIntegerPad,
  readIntegerReshape,
  readIntegerSlice,
  readIntegerSplit,
  readIntegerSplitV,
  readIntegerSqueeze,
  readIntegerStridedSlice,
  readIntegerTranspose,
} from './moves.js';
import { readIntegerPrelu } from './prelu.js';
import {
  readIntegerElu,
  readIntegerExp,
  readIntegerGelu,
  readIntegerLogistic,
  readIntegerTanh,
} from './real-tables.js';
import { readIntegerResizeBilinear } from './resize.js';
import { readIntegerTransposeConv } from './transposed.js';

/** Turns an operator on stored integers into nodes; `undefined` where its types are not those of integer arithmetic. */
type IntegerReader = (context: OperatorContext) => OperatorResult | readonly OperatorResult[] | undefined;

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
    GELU: readIntegerGelu,
    HARD_SWISH: readIntegerHardSwish,
    LEAKY_RELU: readIntegerLeakyRelu,
    LOGISTIC: readIntegerLogistic,
    MAX_POOL_2D: readIntegerMaxPool2d,
    MEAN: readIntegerMean,
    MUL: readIntegerMul,
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
    SLICE: readIntegerSlice,
    SPLIT: readIntegerSplit,
    SPLIT_V: readIntegerSplitV,
    SQUEEZE: readIntegerSqueeze,
    STRIDED_SLICE: readIntegerStridedSlice,
    SUB: readIntegerSub,
    TANH: readIntegerTanh,
    TRANSPOSE: readIntegerTranspose,
    TRANSPOSE_CONV: readIntegerTransposeConv,
  }),
);
