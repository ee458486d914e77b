/** @file The only list of TFLite operators that are computed with integers; every other one is dequantized and quantized again. */
import type { OperatorContext, OperatorResult } from '../context.js';
import { readIntegerAdd, readIntegerAveragePool2d, readIntegerMean, readIntegerMul } from './arithmetic.js';
import { readIntegerConv2d, readIntegerDense, readIntegerDepthwiseConv2d } from './layers.js';
import { readIntegerHardSwish, readIntegerLeakyRelu, readIntegerQuantize } from './lookups.js';
import {
  readIntegerConcat,
  readIntegerExpandDims,
  readIntegerMaxPool2d,
  readIntegerPad,
  readIntegerReshape,
  readIntegerSqueeze,
} from './moves.js';

/** Turns an operator on stored integers into nodes; `undefined` where its types are not those of integer arithmetic. */
type IntegerReader = (context: OperatorContext) => OperatorResult | undefined;

/** Readers by TFLite's name of the operator. */
export const integerReaders: ReadonlyMap<string, IntegerReader> = new Map(
  Object.entries<IntegerReader>({
    ADD: readIntegerAdd,
    AVERAGE_POOL_2D: readIntegerAveragePool2d,
    CONCATENATION: readIntegerConcat,
    CONV_2D: readIntegerConv2d,
    DEPTHWISE_CONV_2D: readIntegerDepthwiseConv2d,
    EXPAND_DIMS: readIntegerExpandDims,
    FULLY_CONNECTED: readIntegerDense,
    HARD_SWISH: readIntegerHardSwish,
    LEAKY_RELU: readIntegerLeakyRelu,
    MAX_POOL_2D: readIntegerMaxPool2d,
    MEAN: readIntegerMean,
    MUL: readIntegerMul,
    PAD: readIntegerPad,
    PADV2: readIntegerPad,
    QUANTIZE: readIntegerQuantize,
    RESHAPE: readIntegerReshape,
    SQUEEZE: readIntegerSqueeze,
  }),
);
