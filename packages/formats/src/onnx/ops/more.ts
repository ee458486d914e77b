/** @file Readers of the operators that fewer networks have: those that are a few ops of the graph, those on integers, and the ends of detectors. */
import type { NodeReader } from '../context.js';
import { plainReaders, readGelu, readSelu } from './activations.js';
import { composedReaders } from './composed.js';
import { readGather, readGatherElements, readGatherNd, readTopK } from './gather.js';
import { readConvInteger, readQLinearConv } from './integer-conv2d.js';
import { readMatMulInteger, readQLinearMatMul } from './integer-matmul.js';
import { readLayerNorm } from './layer-norm.js';
import { readNonMaxSuppression } from './non-max-suppression.js';
import { readGroupNorm, readLpNorm } from './normalizations.js';
import { readCastLike, readDynamicQuantize, readQuantize } from './quantize.js';
import { readGru, readLstm, readRnn } from './recurrent.js';
import { readOneHot, readScatterElements, readScatterNd } from './scatter.js';

/** Readers by ONNX's name of the operator. */
export const moreReaders: Readonly<Record<string, NodeReader>> = {
  ...composedReaders,
  ...plainReaders,
  CastLike: readCastLike,
  ConvInteger: readConvInteger,
  DynamicQuantizeLinear: readDynamicQuantize,
  Gather: readGather,
  GatherElements: readGatherElements,
  GatherND: readGatherNd,
  Gelu: readGelu,
  GRU: readGru,
  GroupNormalization: readGroupNorm,
  LSTM: readLstm,
  LayerNormalization: readLayerNorm,
  LpNormalization: readLpNorm,
  MatMulInteger: readMatMulInteger,
  NonMaxSuppression: readNonMaxSuppression,
  OneHot: readOneHot,
  QLinearConv: readQLinearConv,
  QLinearMatMul: readQLinearMatMul,
  QuantizeLinear: readQuantize,
  RNN: readRnn,
  Scatter: readScatterElements,
  ScatterElements: readScatterElements,
  ScatterND: readScatterNd,
  Selu: readSelu,
  TopK: readTopK,
};
