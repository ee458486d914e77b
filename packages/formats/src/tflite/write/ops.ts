/** @file How each op of a graph is written in TFLite; the only list of them. */
import type { NodeOf, OpName } from '@sepconv/graph';
import { quote, refuse } from '../../errors.js';
import { binaryWriters, unaryWriters } from './elementwise.js';
import type { TfliteWriter } from './graph-writer.js';
import {
  writeAveragePool2d,
  writeBatchNorm,
  writeGlobalAveragePool2d,
  writeGlobalMaxPool2d,
  writeLayerNorm,
  writeMaxPool2d,
  writeReduceMean,
  writeResize2d,
} from './images.js';
import { integerWriters } from './integers.js';
import { movingWriters } from './movements.js';
import type { OpWriter, Target } from './op-writer.js';
import {
  writeConv2d,
  writeConvTranspose2d,
  writeDense,
  writeDepthwiseConv2d,
  writeMatmul,
  writePointwiseConv2d,
} from './products.js';

const writers: { readonly [Name in OpName]?: OpWriter<Name> } = {
  ...unaryWriters,
  ...binaryWriters,
  ...integerWriters,
  ...movingWriters,
  'average-pool2d': writeAveragePool2d,
  'batch-norm': writeBatchNorm,
  conv2d: writeConv2d,
  'conv-transpose2d': writeConvTranspose2d,
  dense: writeDense,
  'depthwise-conv2d': writeDepthwiseConv2d,
  'global-average-pool2d': writeGlobalAveragePool2d,
  'global-max-pool2d': writeGlobalMaxPool2d,
  'layer-norm': writeLayerNorm,
  matmul: writeMatmul,
  'max-pool2d': writeMaxPool2d,
  'pointwise-conv2d': writePointwiseConv2d,
  'reduce-mean': writeReduceMean,
  resize2d: writeResize2d,
};

/** Why some ops are not written, and what can be done. */
const reasons: { readonly [Name in OpName]?: string } = {
  'conv-integer':
    'TFLite has no sums of integers without scales: quantize the network with scales that are known',
  'dynamic-quantize':
    'TFLite has no quantization by the numbers themselves: quantize the network with scales that are known',
  erf: 'TFLite has it only inside GELU: write the network as ONNX',
  'matmul-integer':
    'TFLite has no sums of integers without scales: quantize the network with scales that are known',
  'non-max-suppression':
    'TFLite chooses boxes in another form: end the network at its boxes and scores, and choose in the program',
};

/** Appends what a node of the graph is in TFLite. */
export function writeNode<Name extends OpName>(
  writer: TfliteWriter,
  node: NodeOf<Name>,
  target: Target,
): void {
  const write = writers[node.op] as OpWriter<Name> | undefined;
  if (write === undefined) {
    refuse(
      reasons[node.op] ??
        `the op cannot be written to TFLite; ${Object.keys(writers).sort().map(quote).join(', ')} can`,
    );
  }
  write(writer, node, target);
}
