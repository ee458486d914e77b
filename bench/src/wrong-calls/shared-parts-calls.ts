/** @file Functions that packages share, which are exported for that and for whoever builds an engine of their own. */
import { activationTable, clippedTo, requantizeTable, softmaxTable } from '@sepconv/formats/tflite';
import {
  activationOf,
  byteResizeTaps,
  dilatedExtent,
  erf,
  erfc,
  expectGraph,
  expectNetwork,
  fixedPointSum,
  foldedBias,
  functionOf,
  fuseNodes,
  GraphBuilder,
  GraphError,
  gatheredPosition,
  hasAddition,
  inferTypes,
  initializeWeights,
  keepsRange,
  meanScales,
  type NodeOf,
  namedInputs,
  normFactors,
  normParameters,
  outputExtent,
  requantizationRatios,
  resizeTaps,
  resolvePadding,
  samePaddingLower,
  selectBoxes,
  storedBounds,
} from '@sepconv/graph';
import {
  broadcastIndices,
  copyStrided,
  decodeFloat16,
  encodeFloat16,
  expectKinds,
  expectNumber,
  quantizeNumber,
  realNumbers,
  roundHalfEven,
  stridedIndices,
  viewTypedArray,
} from '@sepconv/tensor';
import { startTraining } from '@sepconv/train';
import {
  asSeen,
  dequantizeWeight,
  fixedStorage,
  isWeighted,
  layersOf,
  planQuantization,
  quantizeWeight,
  rangeOfStored,
  spelledForIntegers,
  storageClasses,
  storedOver,
  weightScales,
} from '@sepconv/train/quantization';
import { call, dataset, image, type MeantCall, network } from './meant.js';

const { graph } = network;
const stored = () => ({ dtype: 'int8', scale: 0.5, zeroPoint: 3 }) as const;
const four = [1, 1, 2, 2] as const;

const builder = new GraphBuilder('norm');
const features = builder.node(
  'conv2d',
  [builder.input('x', [1, 4, 4, 3]), builder.parameter('weight', [3, 3, 3, 2], 'weight')],
  { strides: [1, 1], dilations: [1, 1], padding: { top: 0, bottom: 0, left: 0, right: 0 }, groups: 1 },
);
const parameters = (['scale', 'shift', 'mean', 'variance'] as const).map((role) =>
  builder.parameter(role, [2], role),
);
const normed = builder.build([builder.node('batch-norm', [features, ...parameters], { epsilon: 0.001 })]);
const weights = initializeWeights(normed, 1);
const norm = normed.nodes.find(({ op }) => op === 'batch-norm') as NodeOf<'batch-norm'>;
const [layer] = layersOf(graph, inferTypes(graph));

const ofTensors: readonly MeantCall[] = [
  call('realNumbers', realNumbers, () => [image(), 0, 4, new Float32Array(4)]),
  call('viewTypedArray', viewTypedArray, () => ['float32', new ArrayBuffer(16), 4, 2]),
  call('decodeFloat16', decodeFloat16, () => [0x3c00]),
  call('encodeFloat16', encodeFloat16, () => [1]),
  call('quantizeNumber', quantizeNumber, () => [1, 0.5, 3, { min: -128, max: 127 }]),
  call('roundHalfEven', roundHalfEven, () => [2.5]),
  call('broadcastIndices', broadcastIndices, () => [[3], [2, 3]]),
  call('stridedIndices', stridedIndices, () => [[2, 3], [3, 1], 0]),
  call('copyStrided', copyStrided, () => [new Float32Array(6), new Float32Array(6), [2, 3], [3, 1], 0]),
  call('expectKinds', expectKinds, () => ['a call', { count: 3 }, 'number']),
  call('expectNumber', expectNumber, () => ['a call', 3]),
];

const ofGraphs: readonly MeantCall[] = [
  call('functionOf', functionOf, () => [{ kind: 'leaky-relu', slope: 0.1 }]),
  call('byteResizeTaps', byteResizeTaps, () => ['half-pixel', 4, 8]),
  call('erf', erf, () => [0.5]),
  call('erfc', erfc, () => [0.5]),
  call('fixedPointSum', fixedPointSum, () => [0.5, 0.25]),
  call('gatheredPosition', gatheredPosition, () => [1, 4]),
  call('selectBoxes', selectBoxes, () => [
    { boxes: [0, 0, 1, 1], scores: [0.9], classes: 1 },
    { count: 2, perClass: 1, leastScore: 0.5, mostOverlap: 0.5, order: 'score' },
  ]),
  call('meanScales', meanScales, () => [0.5, 4, 0.25]),
  call('requantizationRatios', requantizationRatios, () => [0.5, [0.1, 0.2], 0.25]),
  call('storedBounds', storedBounds, () => [stored()]),
  call('activationOf', activationOf, () => [{ op: 'relu', attributes: {} }]),
  call('dilatedExtent', dilatedExtent, () => [3, 2]),
  call('outputExtent', outputExtent, () => [8, 1, 1, 3, 2]),
  call('resolvePadding', resolvePadding, () => ['same', [8, 8], [3, 3], [1, 1], [1, 1]]),
  call('samePaddingLower', samePaddingLower, () => [
    [8, 8],
    [3, 3],
    [2, 2],
    [1, 1],
  ]),
  call('normParameters', normParameters, () => [{ ...norm }]),
  call('normFactors', normFactors, () => [weights, normParameters(norm)]),
  call('foldedBias', foldedBias, () => [
    weights,
    normParameters(norm),
    new Float64Array(2),
    new Float32Array(2),
  ]),
  call('keepsRange', keepsRange, () => [weights, { norm, node: normed.nodes[0], weightIndex: 1 }]),
  call('hasAddition', hasAddition, () => [[{ kind: 'add' }]]),
  call('resizeTaps', resizeTaps, () => [
    { mode: 'linear', coordinates: 'half-pixel', rounding: 'floor', size: [8, 8] },
    0,
    4,
  ]),
  call('fuseNodes', fuseNodes, () => [
    graph,
    inferTypes(graph),
    { takesEpilogue: () => true, takesStage: () => true },
  ]),
  call('namedInputs', namedInputs, () => [graph.inputs, image(), GraphError]),
  call('expectGraph', expectGraph, () => [graph]),
  call('expectNetwork', expectNetwork, () => [network]),
];

const ofIntegers: readonly MeantCall[] = [
  call('activationTable', activationTable, () => [{ kind: 'sigmoid' }, stored(), stored()]),
  call('requantizeTable', requantizeTable, () => [stored(), { ...stored(), scale: 0.25 }]),
  call('clippedTo', clippedTo, () => [stored(), { min: 0, max: 6 }]),
  call('softmaxTable', softmaxTable, () => [0.5, 1]),
  call('fixedStorage', fixedStorage, () => [{ ...layer }]),
  call('isWeighted', isWeighted as (...given: never[]) => unknown, () => ['dense']),
  call('layersOf', layersOf, () => [graph, inferTypes(graph)]),
  call('planQuantization', planQuantization, () => [graph, { keepFloat: new Map(), integerEnds: true }]),
  call('storageClasses', storageClasses, () => [{ ...planQuantization(graph) }]),
  call('weightScales', weightScales, () => [
    Float32Array.from(four),
    2,
    'channel',
    { bias: new Float32Array(2), inputScale: 0.5 },
  ]),
  call('quantizeWeight', quantizeWeight, () => [Float32Array.from(four), 2, [0.5, 0.25]]),
  call('dequantizeWeight', dequantizeWeight, () => [{ data: Int8Array.from(four), scale: [0.5, 0.25] }, 2]),
  call('asSeen', asSeen, () => [
    { ...startTraining(network, { training: dataset() }, { batchSize: 2, epochs: 1 }) },
  ]),
  call('spelledForIntegers', spelledForIntegers, () => [network, true]),
  call('rangeOfStored', rangeOfStored, () => [stored()]),
  call('storedOver', storedOver, () => [{ min: -1, max: 1 }, 'int8']),
];

export const sharedPartsCalls: readonly MeantCall[] = [...ofTensors, ...ofGraphs, ...ofIntegers];
