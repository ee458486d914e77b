/** @file The only list of TFLite operators that can be read; the rest of the package and its messages go by it. */
import type { OperatorContext, OperatorResult } from '../context.js';
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
import { composedReaders } from './composed.js';
import { readConcat } from './concat.js';
import { readConvolution2dTransposeBias, readTransposeConv } from './conv-transpose2d.js';
import { readConv2d } from './conv2d.js';
import { readDense } from './dense.js';
import { readDepthwiseConv2d } from './depthwise-conv2d.js';
import { readDetectionPostProcess } from './detection.js';
import { readPad } from './pad.js';
import { readAveragePool2d, readMaxPool2d } from './pool2d.js';
import { readRequantization } from './quantize.js';
import { readUnidirectionalSequenceLstm } from './recurrent.js';
import { readDepthToSpace, readExpandDims, readReshape, readSqueeze, readTranspose } from './reshape.js';
import { readResizeBilinear, readResizeNearestNeighbor } from './resize2d.js';
import { readSlice, readSplit, readSplitV } from './slice.js';
import { readBatchToSpaceNd, readSpaceToBatchNd } from './space-to-batch.js';

/** Turns one operator into nodes: one result, or one for each output. */
export type OperatorReader = (context: OperatorContext) => OperatorResult | readonly OperatorResult[];

/** Readers by TFLite's name of the operator. */
export const operatorReaders: ReadonlyMap<string, OperatorReader> = new Map(
  Object.entries<OperatorReader>({
    ...composedReaders,
    ADD: readAdd,
    AVERAGE_POOL_2D: readAveragePool2d,
    BATCH_TO_SPACE_ND: readBatchToSpaceNd,
    CONCATENATION: readConcat,
    CONV_2D: readConv2d,
    'CUSTOM "Convolution2DTransposeBias"': readConvolution2dTransposeBias,
    'CUSTOM "TFLite_Detection_PostProcess"': readDetectionPostProcess,
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
    SPACE_TO_BATCH_ND: readSpaceToBatchNd,
    SPLIT: readSplit,
    SPLIT_V: readSplitV,
    SQUEEZE: readSqueeze,
    SUB: readSub,
    TANH: readTanh,
    TRANSPOSE: readTranspose,
    TRANSPOSE_CONV: readTransposeConv,
    UNIDIRECTIONAL_SEQUENCE_LSTM: readUnidirectionalSequenceLstm,
  }).sort(([a], [b]) => (a < b ? -1 : 1)),
);
