/** @file The only list of ops with their derivatives; an op of the graph that has none is a compile error. */
import type { BinaryOpName, OpName, UnaryOpName } from '@sepconv/graph';
import { averagePool2d } from './average-pool2d.js';
import { batchNorm } from './batch-norm.js';
import { concat } from './concat.js';
import { convTranspose2d } from './conv-transpose2d.js';
import { conv2d } from './conv2d.js';
import { dense } from './dense.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { elementwiseOp } from './elementwise.js';
import { flatten } from './flatten.js';
import { gather } from './gather.js';
import { globalAveragePool2d } from './global-average-pool2d.js';
import { globalMaxPool2d } from './global-max-pool2d.js';
import { layerNorm } from './layer-norm.js';
import { matmul } from './matmul.js';
import { maxPool2d } from './max-pool2d.js';
import { nonMaxSuppression } from './non-max-suppression.js';
import { pad } from './pad.js';
import { pointwiseConv2d } from './pointwise-conv2d.js';
import { reduceMean } from './reduce-mean.js';
import { reshape } from './reshape.js';
import { resize2d } from './resize2d.js';
import { slice } from './slice.js';
import { softmax } from './softmax.js';
import { topK } from './top-k.js';
import type { TrainingOp, TrainingOpName } from './training-op.js';
import { transpose } from './transpose.js';

/** Value and derivative by name, of every op that its contract does not define number by number. */
const trainingOps: {
  readonly [Name in Exclude<TrainingOpName, UnaryOpName | BinaryOpName>]: TrainingOp<Name>;
} = {
  'average-pool2d': averagePool2d,
  'batch-norm': batchNorm,
  concat,
  'conv-transpose2d': convTranspose2d,
  conv2d,
  dense,
  'depthwise-conv2d': depthwiseConv2d,
  flatten,
  gather,
  'global-average-pool2d': globalAveragePool2d,
  'global-max-pool2d': globalMaxPool2d,
  'layer-norm': layerNorm,
  matmul,
  'max-pool2d': maxPool2d,
  'non-max-suppression': nonMaxSuppression,
  pad,
  'pointwise-conv2d': pointwiseConv2d,
  'reduce-mean': reduceMean,
  reshape,
  resize2d,
  slice,
  softmax,
  'top-k': topK,
  transpose,
};

/** Value and derivative of a node; {@link expectTrainable} has seen its graph. */
export function trainingOpOf(node: { readonly op: OpName; readonly attributes: unknown }): TrainingOp<never> {
  return elementwiseOp(node) ?? trainingOps[node.op as keyof typeof trainingOps];
}
