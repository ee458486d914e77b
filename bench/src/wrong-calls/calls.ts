/** @file Calls of public functions as they are meant, from which wrong ones are made. */
import { costOf, peakMemory } from '@sepconv/cost-model';
import { breakEvenRank, decomposeNetwork } from '@sepconv/decompose';
import {
  detectFormat,
  formatOfName,
  inspectNetwork,
  readNetwork,
  toFileLayout,
  toGraphLayout,
} from '@sepconv/formats';
import { inspectOnnx, openOnnx, readOnnx } from '@sepconv/formats/onnx';
import { readSafetensors, writeSafetensors } from '@sepconv/formats/safetensors';
import { inspectTfjs, readTfjs } from '@sepconv/formats/tfjs';
import { inspectTflite, readTflite } from '@sepconv/formats/tflite';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import {
  batchNorm,
  conv2d,
  dense,
  depthwiseConv2d,
  eliminateDeadNodes,
  expandSeparable,
  foldBatchNorm,
  GraphBuilder,
  inferTypes,
  initializeWeights,
  layerNorm,
  pointwiseConv2d,
  separableConv2d,
  validateNetwork,
} from '@sepconv/graph';
import { compile, predictSchedule } from '@sepconv/kernels';
import { emitStandalone } from '@sepconv/kernels/standalone';
import { buildNetwork, mobileNetV1, mobileNetV2 } from '@sepconv/mobilenet';
import { compareNetworks, equalizeNetwork, holdBack, pushScales, quantizeNetwork } from '@sepconv/quantize';
import { runReference } from '@sepconv/reference';
import {
  createTensor,
  filled,
  float32Tensor,
  imageToTensor,
  quantizeTensor,
  reshapeTensor,
  toFloat32,
  transposeTensor,
  zeros,
} from '@sepconv/tensor';
import {
  checkDataset,
  compileTraining,
  continueTraining,
  decodeCheckpoint,
  digitDataset,
  digitNetwork,
  encodeCheckpoint,
  evaluate,
  featuresOf,
  freeze,
  initialWeights,
  learntRanges,
  pickImages,
  replaceHead,
  resultOf,
  splitDataset,
  startTraining,
  withBatchSize,
} from '@sepconv/train';
import {
  labelsOfText,
  loadClassifier,
  loadNetwork,
  prepareImage,
  preprocessingOf,
  presets,
  rankClasses,
  resizeImage,
} from '@sepconv/vision';
import { decodeImage } from '@sepconv/vision/decode';

import { gpuCalls } from './gpu-calls.js';
import { dataset, image, type MeantCall, network, onnx, pixels } from './meant.js';
import { methodsCalls } from './methods-calls.js';
import { opsCalls } from './ops-calls.js';
import { partsCalls } from './parts-calls.js';

const photo = () => ({ ...pixels(), channels: 3 });
const size = { height: 4, width: 4, channels: 3 };
const layerInput = (shape: readonly number[]) => {
  const builder = new GraphBuilder('layers');
  return [builder, builder.input('x', shape)] as const;
};
const tfjs = {
  model: {
    modelTopology: { class_name: 'Sequential', config: { layers: [] } },
    weightsManifest: [],
  },
  shards: new Map(),
};
const twoOfEach = () => ({
  ...dataset(),
  pixels: new Uint8Array(6 * 48),
  labels: [0, 1, 2, 0, 1, 2],
});
const { checkpoint: trainedForIntegers } = await continueTraining(
  startTraining(network, { training: dataset() }, { batchSize: 2, epochs: 1, quantize: true }),
  { training: dataset() },
  { engine: 'simd128' },
);
const start = () => startTraining(network, { training: dataset() }, { batchSize: 2, epochs: 1 });
const quantizing = () => ({
  samples: [image()],
  heldBack: [image()],
  engine: 'simd128',
  method: 'mse',
  percentile: 0.99,
  weights: 'channel',
  activations: 'int8',
  equalize: true,
  correctBias: true,
  adaptRounding: { steps: 1, batchSize: 1, learningRate: 0.01 },
  keepFloat: { layers: 0, error: 0.5, first: false, last: false, names: [] },
  sensitivity: false,
  boundary: 'float32',
  inputRange: { min: 0, max: 1 },
  seed: 1,
  threads: 1,
});

/** Functions that compile or train networks. */
const slow: ReadonlySet<string> = new Set([
  'continueTraining',
  'compileTraining',
  'compareNetworks',
  'equalizeNetwork',
  'quantizeNetwork',
]);

const call = (
  name: string,
  run: (...given: never[]) => unknown,
  meant: () => readonly unknown[],
): MeantCall => ({ name, call: run, meant, isSlow: slow.has(name) });

/** The functions through which people come in, of every package. */
export const meantCalls: readonly MeantCall[] = [
  call('createTensor', createTensor, () => ['float32', [2], new Float32Array(2)]),
  call('float32Tensor', float32Tensor, () => [[2], [1, 2]]),
  call('zeros', zeros, () => ['float32', [2, 3]]),
  call('filled', filled, () => ['float32', [2, 3], 1]),
  call('imageToTensor', imageToTensor, () => [pixels(), { size: { height: 4, width: 4 } }]),
  call('toFloat32', toFloat32, () => [image()]),
  call('quantizeTensor', quantizeTensor, () => [image(), 'uint8', { scale: [1], zeroPoint: [0] }]),
  call('reshapeTensor', reshapeTensor, () => [image(), [48]]),
  call('transposeTensor', transposeTensor, () => [image(), [0, 3, 1, 2]]),
  call('conv2d', conv2d, () => [...layerInput([1, 4, 4, 3]), { filters: 2, kernel: 3 }]),
  call('depthwiseConv2d', depthwiseConv2d, () => [...layerInput([1, 4, 4, 3]), { kernel: 3 }]),
  call('pointwiseConv2d', pointwiseConv2d, () => [...layerInput([1, 4, 4, 3]), { filters: 2 }]),
  call('separableConv2d', separableConv2d, () => [...layerInput([1, 4, 4, 3]), { filters: 2, kernel: 3 }]),
  call('dense', dense, () => [...layerInput([1, 3]), { filters: 2 }]),
  call('batchNorm', batchNorm, () => [...layerInput([1, 4, 4, 3]), {}]),
  call('layerNorm', layerNorm, () => [...layerInput([1, 3]), {}]),
  call('inferTypes', inferTypes, () => [network.graph]),
  call('validateNetwork', validateNetwork, () => [network]),
  call('initializeWeights', initializeWeights, () => [network.graph, 1]),
  call('foldBatchNorm', foldBatchNorm, () => [network]),
  call('eliminateDeadNodes', eliminateDeadNodes, () => [network]),
  call('expandSeparable', expandSeparable, () => [network.graph]),
  call('costOf', costOf, () => [network.graph]),
  call('peakMemory', peakMemory, () => [network.graph]),
  call('compile', compile, () => [network, { engine: 'simd128' }]),
  call('predictSchedule', predictSchedule, () => [network.graph]),
  call('emitStandalone', emitStandalone, () => [network]),
  call('runReference', runReference, () => [network, image()]),
  call('mobileNetV1', mobileNetV1, () => [{ resolution: 32, width: 0.25 }]),
  call('mobileNetV2', mobileNetV2, () => [{ resolution: 32, width: 0.35 }]),
  call('buildNetwork', buildNetwork, () => ['mobilenet-v1', { resolution: 32, width: 0.25 }]),
  call('detectFormat', detectFormat, () => [onnx, 'a.onnx']),
  call('formatOfName', formatOfName, () => ['a.onnx']),
  call('readNetwork', readNetwork, () => [onnx, {}]),
  call('inspectNetwork', inspectNetwork, () => [onnx, {}]),
  call('readOnnx', readOnnx, () => [onnx, {}]),
  call('openOnnx', openOnnx, () => [onnx]),
  call('inspectOnnx', inspectOnnx, () => [onnx]),
  call('writeOnnx', writeOnnx, () => [network]),
  call('readTflite', readTflite, () => [onnx, {}]),
  call('inspectTflite', inspectTflite, () => [onnx]),
  call('readTfjs', readTfjs, () => [tfjs, {}]),
  call('inspectTfjs', inspectTfjs, () => [tfjs.model]),
  call('readSafetensors', readSafetensors, () => [onnx]),
  call('writeSafetensors', writeSafetensors, () => [network.weights]),
  call('toFileLayout', toFileLayout, () => [image(), { fileAxes: [0, 2, 3, 1] }]),
  call('toGraphLayout', toGraphLayout, () => [image(), { fileAxes: [0, 2, 3, 1] }]),
  call('decomposeNetwork', decomposeNetwork, () => [network, { rank: 2 }]),
  call('breakEvenRank', breakEvenRank, () => [{ kernel: 3, inputChannels: 8, outputChannels: 8 }]),
  call('startTraining', startTraining, () => [network, { training: dataset() }, { batchSize: 2 }]),
  call('continueTraining', continueTraining, () => [start(), { training: dataset() }, { engine: 'simd128' }]),
  call('encodeCheckpoint', encodeCheckpoint, () => [start()]),
  call('decodeCheckpoint', decodeCheckpoint, () => [encodeCheckpoint(start())]),
  call('resultOf', resultOf, () => [start()]),
  call('learntRanges', learntRanges, () => [trainedForIntegers]),
  call('compileTraining', compileTraining, () => [network, { engine: 'simd128' }]),
  call('withBatchSize', withBatchSize, () => [network.graph, 2]),
  call('checkDataset', checkDataset, () => [dataset()]),
  call('pickImages', pickImages, () => [dataset(), [0, 2]]),
  call('splitDataset', splitDataset, () => [twoOfEach(), 0.5]),
  call('digitDataset', digitDataset, () => [Array.from({ length: 10 }, () => new Array(784).fill(0))]),
  call('quantizeNetwork', quantizeNetwork, () => [network, quantizing()]),
  call('equalizeNetwork', equalizeNetwork, () => [network, [image()], { engine: 'simd128' }]),
  call('compareNetworks', compareNetworks, () => [network, network, [image()], { engine: 'simd128' }]),
  call('holdBack', holdBack, () => [[1, 2, 3], 0.5]),
  call('pushScales', pushScales, () => [network, 2, 1]),
  call('evaluate', evaluate, () => [network, dataset(), { engine: 'simd128', batchSize: 2 }]),
  call('featuresOf', featuresOf, () => [replaceHead(network, 2).backbone, dataset(), { engine: 'simd128' }]),
  call('replaceHead', replaceHead, () => [network, 2, 1]),
  call('freeze', freeze, () => [network, 1]),
  call('initialWeights', initialWeights, () => [network.graph, 1]),
  call('digitNetwork', digitNetwork, () => [{ resolution: 8, widths: [4, 8] }]),
  call('loadClassifier', loadClassifier, () => [onnx, { engine: 'simd128' }]),
  call('loadNetwork', loadNetwork, () => [onnx]),
  call('prepareImage', prepareImage, () => [pixels(), size, presets.slim]),
  call('preprocessingOf', preprocessingOf, () => ['timm']),
  call('resizeImage', resizeImage, () => [photo(), { width: 3, height: 3 }, 'pillow-bilinear']),
  call('labelsOfText', labelsOfText, () => ['a\nb', 2]),
  call('rankClasses', rankClasses, () => [float32Tensor([1, 3], [1, 2, 3]), 2, false]),
  call('decodeImage', decodeImage, () => [Uint8Array.of(66, 77)]),
  ...methodsCalls,
  ...partsCalls,
  ...gpuCalls,
  ...opsCalls,
];
