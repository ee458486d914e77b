/** @file Readers of the operators that most networks are made of. */
import type { NodeReader } from '../context.js';
import {
  plainReaders,
  readClip,
  readElu,
  readHardSigmoid,
  readLeakyRelu,
  readSoftmax,
} from './activations.js';
import {
  readAdd,
  readDiv,
  readMax,
  readMin,
  readMul,
  readPow,
  readPRelu,
  readReciprocal,
  readSub,
} from './arithmetic.js';
import { readBatchNorm } from './batch-norm.js';
import { readConcat } from './concat.js';
import { readConvTranspose } from './conv-transpose2d.js';
import { readConv } from './conv2d.js';
import { readGemm, readMatMul } from './dense.js';
import { readExpand } from './expand.js';
import { readPad } from './pad.js';
import { readAveragePool, readMaxPool } from './pool2d.js';
import { readCast, readDequantize } from './quantize.js';
import {
  readGlobalAveragePool,
  readGlobalMaxPool,
  readReduceMax,
  readReduceMean,
  readReduceSum,
} from './reduce.js';
import {
  readDropout,
  readFlatten,
  readIdentity,
  readReshape,
  readSqueeze,
  readTranspose,
  readUnsqueeze,
} from './reshape.js';
import { readResize, readUpsample } from './resize2d.js';
import { readSlice, readSplit } from './slice.js';

const { Erf: _, ...plain } = plainReaders;

/**
 * Readers by ONNX's name of the operator. What begins a pattern that becomes a less usual operator, Erf a Gelu and
 * QuantizeLinear a QLinearConv, is with that.
 */
export const commonReaders: Readonly<Record<string, NodeReader>> = {
  ...plain,
  Add: readAdd,
  AveragePool: readAveragePool,
  BatchNormalization: readBatchNorm,
  Cast: readCast,
  Clip: readClip,
  Concat: readConcat,
  Conv: readConv,
  ConvTranspose: readConvTranspose,
  DequantizeLinear: readDequantize,
  Div: readDiv,
  Dropout: readDropout,
  Elu: readElu,
  Expand: readExpand,
  Flatten: readFlatten,
  Gemm: readGemm,
  GlobalAveragePool: readGlobalAveragePool,
  GlobalMaxPool: readGlobalMaxPool,
  HardSigmoid: readHardSigmoid,
  Identity: readIdentity,
  LeakyRelu: readLeakyRelu,
  MatMul: readMatMul,
  Max: readMax,
  MaxPool: readMaxPool,
  Min: readMin,
  Mul: readMul,
  PRelu: readPRelu,
  Pad: readPad,
  Pow: readPow,
  Reciprocal: readReciprocal,
  ReduceMax: readReduceMax,
  ReduceMean: readReduceMean,
  ReduceSum: readReduceSum,
  Reshape: readReshape,
  Resize: readResize,
  Slice: readSlice,
  Softmax: readSoftmax,
  Split: readSplit,
  Squeeze: readSqueeze,
  Sub: readSub,
  Transpose: readTranspose,
  Unsqueeze: readUnsqueeze,
  Upsample: readUpsample,
};
