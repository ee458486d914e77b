/** @file Calls of the functions that networks, costs, training and files are put together with, as they are meant. */
import {
  attainableFlops,
  bandwidthFor,
  costOf,
  countUnder,
  fitLatency,
  graphSchedule,
  isConventionName,
  paretoFront,
  parseMachine,
  passesOf,
  predictLatency,
  roofline,
  separableAccount,
  toSeparable,
  toStandard,
} from '@sepconv/cost-model';
import { decomposeConv2d, recomposeConv2d } from '@sepconv/decompose';
import { readOnnxTensor } from '@sepconv/formats/onnx';
import {
  fromTorchvision,
  inspectSafetensors,
  torchvisionParameters,
  toTorchvision,
} from '@sepconv/formats/safetensors';
import { fetchTfjs, loadTfjs } from '@sepconv/formats/tfjs';
import { writeTflite } from '@sepconv/formats/write-tflite';
import {
  contractOf,
  expectGraph,
  expectNetwork,
  foldableNorms,
  foldedGraph,
  fuseGraph,
  inferNode,
  isOpName,
  memorySchedule,
  planArena,
  producersOf,
  samePadding,
  unfusedGraph,
  usesOf,
} from '@sepconv/graph';
import { compile, compileFastest, explain } from '@sepconv/kernels';
import { measure, summarize } from '@sepconv/kernels/measure';
import { compileInWorker } from '@sepconv/kernels/worker';
import {
  convNextAtto,
  convNextTiny,
  efficientNetB0,
  efficientNetB1,
  efficientNetB2,
  efficientNetB3,
  efficientNetLite0,
  isNetworkName,
  layerGraphs,
  makeDivisible,
  mnasNet,
  mobileNetV3Large,
  mobileNetV3Small,
  mobileNetV4ConvMedium,
  mobileNetV4ConvSmall,
  networkEntry,
  publishedAccuracy,
  publishedNetworks,
  scaleChannels,
  shuffleNetV2,
  xception,
} from '@sepconv/mobilenet';
import { runReferenceNode } from '@sepconv/reference';
import {
  allocateTypedArray,
  byteLength,
  bytesPerElement,
  checkElements,
  checkQuantization,
  checkShape,
  compareTensors,
  createRandom,
  deferFloat32,
  deferTranspose,
  describeComparison,
  elementCount,
  escapeInvisible,
  expectDType,
  formatShape,
  isTypedArrayOf,
  printable,
  randomTensor,
  restoreRandom,
  rowMajorStrides,
  sameQuantization,
  sameShape,
  storedRange,
  toFloat16,
  zeros,
} from '@sepconv/tensor';
import {
  averageWeights,
  backward,
  clipGradients,
  createOptimizer,
  distill,
  forward,
  learningRateAt,
  softmaxCrossEntropy,
} from '@sepconv/train';
import {
  asStored,
  classCount,
  endsInProbabilities,
  imageInputOf,
  loadDetector,
  loadSegmenter,
  normalizedRange,
  pixelsOf,
  statedPreprocessing,
} from '@sepconv/vision';
import { call, image, type MeantCall, network, onnx, pixels } from './meant.js';
import { workerScript } from './worker-script.js';

const { graph, weights } = network;
const session = await compile(network, { engine: 'simd128' });
const machine = () => ({
  name: 'here',
  peakGflops: 10,
  bandwidthGBs: 10,
  caches: [],
});
const work = () => ({ flops: 1000, bytes: 500, amounts: { tiles: 3 } });
const layer = () => ({ height: 8, width: 8, inputChannels: 4, outputChannels: 8, kernel: 3, stride: 1 });
const inputs = () => new Map([['image', image()]]);
const floats = () => new Map([...weights].map(([name, { shape }]) => [name, zeros('float32', shape)]));
const logits = () => [new Float32Array(6), new Float32Array(6)];
const reluNode = () => ({ name: 'a', op: 'relu', inputs: ['x'], outputs: ['y'], attributes: {} });

/** But for what maps one number to another, which is too short to ask what it is given. */
const ofTensors: readonly MeantCall[] = [
  call('compareTensors', compareTensors, () => [image(), image(), 0]),
  call('describeComparison', describeComparison, () => [compareTensors(image(), image(), 0)]),
  call('toFloat16', toFloat16, () => [image()]),
  call('allocateTypedArray', allocateTypedArray, () => ['float32', 3]),
  call('bytesPerElement', bytesPerElement, () => ['float32']),
  call('isTypedArrayOf', isTypedArrayOf, () => ['float32', new Float32Array(1)]),
  call('escapeInvisible', escapeInvisible, () => ['a']),
  call('printable', printable, () => ['a']),
  call('checkQuantization', checkQuantization, () => [{ scale: [1], zeroPoint: [0] }, [2]]),
  call('sameQuantization', sameQuantization, () => [
    { scale: [1], zeroPoint: [0] },
    { scale: [1], zeroPoint: [0] },
  ]),
  call('storedRange', storedRange, () => ['int8']),
  call('createRandom', createRandom, () => [1]),
  call('randomTensor', randomTensor, () => [[2], createRandom(1), -1, 1]),
  call('restoreRandom', restoreRandom, () => [[1, 2, 3, 4]]),
  call('checkShape', checkShape, () => [[2]]),
  call('elementCount', elementCount, () => [[2]]),
  call('formatShape', formatShape, () => [[2]]),
  call('rowMajorStrides', rowMajorStrides, () => [[2]]),
  call('sameShape', sameShape, () => [[2], [2]]),
  call('byteLength', byteLength, () => [image()]),
  call('checkElements', checkElements, () => [image()]),
  call('expectDType', expectDType, () => [image(), 'float32']),
  call('deferFloat32', deferFloat32, () => [image()]),
  call('deferTranspose', deferTranspose, () => [image(), [0, 3, 1, 2]]),
];

const ofGraphs: readonly MeantCall[] = [
  call('expectGraph', expectGraph as never, () => [graph]),
  call('expectNetwork', expectNetwork as never, () => [network]),
  call('contractOf', contractOf, () => ['relu']),
  call('isOpName', isOpName, () => ['relu']),
  call('inferNode', inferNode, () => [reluNode(), [{ dtype: 'float32', shape: [2] }]]),
  call('samePadding', samePadding, () => [
    [4, 4],
    [3, 3],
  ]),
  call('foldableNorms', foldableNorms, () => [graph]),
  call('foldedGraph', foldedGraph, () => [graph]),
  call('fuseGraph', fuseGraph, () => [graph]),
  call('unfusedGraph', unfusedGraph, () => [graph]),
  call('memorySchedule', memorySchedule, () => [unfusedGraph(graph), [], 16]),
  call('planArena', planArena, () => [[{ id: 'a', bytes: 16, start: 0, end: 1 }], 16]),
  call('producersOf', producersOf, () => [graph]),
  call('usesOf', usesOf, () => [graph]),
  call('runReferenceNode', runReferenceNode, () => [reluNode(), [image()]]),
];

const ofCosts: readonly MeantCall[] = [
  call('paretoFront', paretoFront, () => [
    [
      { cost: 1, benefit: 2 },
      { cost: 2, benefit: 1 },
    ],
  ]),
  call('countUnder', countUnder, () => ['fvcore', costOf(graph)]),
  call('isConventionName', isConventionName, () => ['fvcore']),
  call('graphSchedule', graphSchedule, () => [graph, { fuse: true }]),
  call('passesOf', passesOf, () => [graph]),
  call('separableAccount', separableAccount, () => [layer()]),
  call('fitLatency', fitLatency, () => [[{ work: work(), milliseconds: 1 }]]),
  call('predictLatency', predictLatency, () => [
    { nanoseconds: { tiles: 1 } },
    work(),
    parseMachine(machine()),
  ]),
  call('parseMachine', parseMachine, () => [machine()]),
  call('attainableFlops', attainableFlops, () => [parseMachine(machine()), 2, 1000]),
  call('bandwidthFor', bandwidthFor, () => [parseMachine(machine()), 1000]),
  call('roofline', roofline, () => [{ flops: 1, bytes: 1 }, parseMachine(machine())]),
  call('toSeparable', toSeparable, () => [graph]),
  call('toStandard', toStandard, () => [graph]),
];

const ofNetworks: readonly MeantCall[] = [
  call('publishedAccuracy', publishedAccuracy as never, () => [
    'mobilenet-v1',
    { width: 0.5, resolution: 224 },
  ]),
  call('publishedNetworks', publishedNetworks as never, () => []),
  call('makeDivisible', makeDivisible, () => [17, 8]),
  call('scaleChannels', scaleChannels, () => [17, 0.5]),
  call('layerGraphs', layerGraphs, () => [layer()]),
  call('isNetworkName', isNetworkName, () => ['mobilenet-v1']),
  call('networkEntry', networkEntry, () => ['mobilenet-v1']),
  ...Object.entries({
    ...{ mobileNetV3Large, mobileNetV3Small, mobileNetV4ConvSmall, efficientNetB0, efficientNetLite0 },
    ...{ mobileNetV4ConvMedium, efficientNetB1, efficientNetB2, efficientNetB3, convNextTiny },
    ...{ mnasNet, shuffleNetV2, xception, convNextAtto },
  }).map(([name, build]) => call(name, build, () => [{ resolution: 64, classes: 4 }])),
];

const ofEngines: readonly MeantCall[] = [
  call('compileFastest', compileFastest, () => [{ a: network }, { budget: 1, engine: 'simd128' }]),
  call('measure', measure, () => [
    [{ name: 'a', run: () => undefined }],
    { budgetMs: 1, warmUpMs: 0, batchMs: 0.1 },
  ]),
  call('explain', explain, () => [session]),
  call('summarize', summarize, () => [[1, 2, 3]]),
  call(
    'compileInWorker',
    async (...given: never[]) => {
      const session = await compileInWorker(...(given as unknown as Parameters<typeof compileInWorker>));
      session.dispose();
    },
    () => [network, { engine: 'simd128', workerScript }],
  ),
];

const ofFiles: readonly MeantCall[] = [
  call('readOnnxTensor', readOnnxTensor, () => [new Uint8Array()]),
  call('inspectSafetensors', inspectSafetensors, () => [onnx]),
  call('fromTorchvision', fromTorchvision, () => [graph, new Map()]),
  call('toTorchvision', toTorchvision, () => [graph, weights]),
  call('torchvisionParameters', torchvisionParameters, () => [graph]),
  call('fetchTfjs', fetchTfjs, () => ['model.json', async () => new Response('{}'), {}]),
  call('loadTfjs', loadTfjs, () => [{}, async () => new Uint8Array(), {}]),
  call('writeTflite', writeTflite, () => [network, { labels: ['a', 'b', 'c'] }]),
];

const ofTraining: readonly MeantCall[] = [
  call('decomposeConv2d', decomposeConv2d, () => [zeros('float32', [3, 3, 4, 4]), 1]),
  call('recomposeConv2d', recomposeConv2d, () => [decomposeConv2d(zeros('float32', [3, 3, 4, 4]), 1)]),
  call('learningRateAt', learningRateAt, () => [{ base: 0.1 }, 0, 10]),
  call('forward', forward, () => [network, inputs()]),
  call('backward', backward, () => [forward(network, inputs()), new Map()]),
  call('clipGradients', clipGradients, () => [new Map([['a', zeros('float32', [2])]]), 1]),
  call('createOptimizer', createOptimizer, () => [graph, floats(), floats(), { kind: 'sgd' }]),
  call('averageWeights', averageWeights, () => [floats(), 0.9]),
  call('softmaxCrossEntropy', softmaxCrossEntropy, () => [
    new Float32Array(6),
    [0, 2],
    0.1,
    new Float32Array(6),
  ]),
  call('distill', distill, () => [...logits(), 1, 2, { temperature: 4, weight: 0.5 }, new Float32Array(6)]),
];

const map = { ...network, graph: { ...graph, outputs: [graph.nodes[0]?.outputs[0] ?? ''] } };
const ofVision: readonly MeantCall[] = [
  call('pixelsOf', pixelsOf, () => [pixels()]),
  call('classCount', classCount, () => [graph, [1, 3]]),
  call('endsInProbabilities', endsInProbabilities, () => [graph]),
  call('asStored', asStored, () => [image(), graph.inputs[0]]),
  call('imageInputOf', imageInputOf, () => [{ network, inputs: [{ name: 'image', shape: [1, 4, 4, 3] }] }]),
  call('statedPreprocessing', statedPreprocessing, () => [
    { normalization: { mean: 1, standardDeviation: 1 } },
  ]),
  call('normalizedRange', normalizedRange, () => [{ mean: 1, standardDeviation: 1 }]),
  call('loadDetector', loadDetector, () => [onnx, { head: 'yolox', labels: ['a'], engine: 'simd128' }]),
  call('loadSegmenter', loadSegmenter, () => [
    map,
    { preprocessing: { normalization: false }, labels: false, engine: 'simd128' },
  ]),
];

export const partsCalls: readonly MeantCall[] = [
  ...ofTensors,
  ...ofGraphs,
  ...ofCosts,
  ...ofNetworks,
  ...ofEngines,
  ...ofFiles,
  ...ofTraining,
  ...ofVision,
];
