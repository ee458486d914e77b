/** @file The only list of ONNX operators that a graph can express; messages go by it, and by the folders'. */
import type { NodeContext } from '../context.js';
import type { Value } from '../layout.js';
import {
  plainReaders,
  readClip,
  readElu,
  readGelu,
  readHardSigmoid,
  readLeakyRelu,
  readSelu,
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
import { composedReaders } from './composed.js';
import { readConcat } from './concat.js';
import { readConvTranspose } from './conv-transpose2d.js';
import { readConv } from './conv2d.js';
import { readGemm, readMatMul } from './dense.js';
import { readExpand } from './expand.js';
import { readGather, readGatherElements, readGatherNd, readTopK } from './gather.js';
import { readConvInteger, readQLinearConv } from './integer-conv2d.js';
import { readMatMulInteger, readQLinearMatMul } from './integer-matmul.js';
import { readLayerNorm } from './layer-norm.js';
import { readNonMaxSuppression } from './non-max-suppression.js';
import { readGroupNorm, readLpNorm } from './normalizations.js';
import { readPad } from './pad.js';
import { readAveragePool, readMaxPool } from './pool2d.js';
import { readCast, readCastLike, readDequantize, readDynamicQuantize, readQuantize } from './quantize.js';
import { readGru, readLstm, readRnn } from './recurrent.js';
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
import { readOneHot, readScatterElements, readScatterNd } from './scatter.js';
import { readSlice, readSplit } from './slice.js';

/** Turns one node into graph nodes, and gives its first output, or all of them. */
export type NodeReader = (context: NodeContext) => Value | readonly Value[];

/** Readers by op. */
export const nodeReaders: ReadonlyMap<string, NodeReader> = new Map(
  Object.entries<NodeReader>({
    ...plainReaders,
    ...composedReaders,
    Add: readAdd,
    AveragePool: readAveragePool,
    BatchNormalization: readBatchNorm,
    Cast: readCast,
    CastLike: readCastLike,
    Clip: readClip,
    Concat: readConcat,
    Conv: readConv,
    ConvInteger: readConvInteger,
    ConvTranspose: readConvTranspose,
    DequantizeLinear: readDequantize,
    Div: readDiv,
    Dropout: readDropout,
    DynamicQuantizeLinear: readDynamicQuantize,
    Elu: readElu,
    Expand: readExpand,
    Flatten: readFlatten,
    Gather: readGather,
    GatherElements: readGatherElements,
    GatherND: readGatherNd,
    Gelu: readGelu,
    Gemm: readGemm,
    GRU: readGru,
    GlobalAveragePool: readGlobalAveragePool,
    GlobalMaxPool: readGlobalMaxPool,
    GroupNormalization: readGroupNorm,
    HardSigmoid: readHardSigmoid,
    Identity: readIdentity,
    LSTM: readLstm,
    LayerNormalization: readLayerNorm,
    LeakyRelu: readLeakyRelu,
    LpNormalization: readLpNorm,
    MatMul: readMatMul,
    MatMulInteger: readMatMulInteger,
    Max: readMax,
    MaxPool: readMaxPool,
    Min: readMin,
    Mul: readMul,
    NonMaxSuppression: readNonMaxSuppression,
    OneHot: readOneHot,
    PRelu: readPRelu,
    Pad: readPad,
    Pow: readPow,
    QLinearConv: readQLinearConv,
    QLinearMatMul: readQLinearMatMul,
    QuantizeLinear: readQuantize,
    RNN: readRnn,
    Reciprocal: readReciprocal,
    ReduceMax: readReduceMax,
    ReduceMean: readReduceMean,
    ReduceSum: readReduceSum,
    Reshape: readReshape,
    Resize: readResize,
    Scatter: readScatterElements,
    ScatterElements: readScatterElements,
    ScatterND: readScatterNd,
    Selu: readSelu,
    Slice: readSlice,
    Softmax: readSoftmax,
    Split: readSplit,
    Squeeze: readSqueeze,
    Sub: readSub,
    TopK: readTopK,
    Transpose: readTranspose,
    Unsqueeze: readUnsqueeze,
    Upsample: readUpsample,
  }).sort(([a], [b]) => (a < b ? -1 : 1)),
);
