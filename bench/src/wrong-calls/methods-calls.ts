/** @file Methods of what the functions give: sessions, classifiers, builders, generators. */
import { openOnnx } from '@sepconv/formats/onnx';
import { conv2d, GraphBuilder, initializeWeights, type Network } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { compileInWorker } from '@sepconv/kernels/worker';
import { networkEntry } from '@sepconv/mobilenet';
import { createMacCounter } from '@sepconv/reference';
import { createRandom, restoreRandom, zeros } from '@sepconv/tensor';
import { averageWeights, compileTraining, createOptimizer } from '@sepconv/train';
import { loadClassifier, loadDetector, loadSegmenter } from '@sepconv/vision';
import { call, image, type MeantCall, network, onnx, pixels } from './meant.js';
import { workerScript } from './worker-script.js';

const { graph, weights } = network;

/** A network whose output has the shape of a YOLOX with one class, for 32×32 pixels. */
function yolox(): Network {
  const builder = new GraphBuilder('detector');
  const input = builder.input('image', [1, 32, 32, 3]);
  const features = conv2d(builder, input, { filters: 21 * 6, kernel: 32, padding: 'valid' });
  const detector = builder.build([builder.node('reshape', [features], { shape: [1, 21, 6] })]);
  return { graph: detector, weights: initializeWeights(detector, 1) };
}

const map: Network = { ...network, graph: { ...graph, outputs: [graph.nodes[0]?.outputs[0] ?? ''] } };
const simd128 = { engine: 'simd128' } as const;
const raw = { preprocessing: { normalization: false }, labels: false, ...simd128 } as const;

const session = await compile(network, simd128);
const far = await compileInWorker(network, { ...simd128, workerScript });
const training = await compileTraining(network, simd128);
const classifier = await loadClassifier(onnx, simd128);
const detector = await loadDetector(yolox(), { ...raw, head: 'yolox', labels: ['a'] });
const segmenter = await loadSegmenter(map, raw);
const segmentation = await segmenter.segment(pixels());
const random = createRandom(1);
const floats = () => new Map([...weights].map(([name, { shape }]) => [name, zeros('float32', shape)]));
const optimizer = createOptimizer(graph, floats(), floats(), { kind: 'sgd' });

/** Every frame of what gives them one after the other. */
const all =
  (frames: (...given: never[]) => AsyncIterable<unknown>) =>
  async (...given: never[]) => {
    const seen: unknown[] = [];
    for await (const one of frames(...given)) seen.push(one);
    return seen;
  };

const building =
  <Result>(method: (builder: GraphBuilder, ...given: never[]) => Result) =>
  (...given: never[]) => {
    const builder = new GraphBuilder('layers');
    builder.input('x', [1, 4, 4, 3]);
    return method(builder, ...given);
  };

const ofBuilders: readonly MeantCall[] = [
  call(
    'GraphBuilder',
    (...given: never[]) => new GraphBuilder(...(given as unknown as [string])),
    () => ['name'],
  ),
  call(
    'GraphBuilder.input',
    building((builder, ...given) => builder.input(...(given as unknown as [string, number[]]))),
    () => ['image', [1, 4, 4, 3], 'uint8', { scale: [1], zeroPoint: [0] }],
  ),
  call(
    'GraphBuilder.parameter',
    building((builder, ...given) =>
      builder.parameter(...(given as unknown as Parameters<GraphBuilder['parameter']>)),
    ),
    () => ['weight', [3, 3], 'weight'],
  ),
  call(
    'GraphBuilder.node',
    building((builder, ...given) => builder.node(...(given as unknown as Parameters<GraphBuilder['node']>))),
    () => ['relu', ['x'], {}, 'name'],
  ),
  call(
    'GraphBuilder.build',
    building((builder, ...given) => builder.build(...(given as unknown as [string[]]))),
    () => [['x']],
  ),
  call(
    'GraphBuilder.typeOf',
    building((builder, ...given) => builder.typeOf(...(given as unknown as [string]))),
    () => ['x'],
  ),
  call(
    'GraphBuilder.producerOf',
    building((builder, ...given) => builder.producerOf(...(given as unknown as [string]))),
    () => ['x'],
  ),
  call(
    'GraphBuilder.imageShapeOf',
    building((builder, ...given) => builder.imageShapeOf(...(given as unknown as [string]))),
    () => ['x'],
  ),
  call(
    'GraphBuilder.uniqueName',
    building((builder, ...given) => builder.uniqueName(...(given as unknown as [string]))),
    () => ['x'],
  ),
  call(
    'GraphBuilder.atomically',
    building((builder, ...given) => builder.atomically(...(given as unknown as [() => number]))),
    () => [() => 1],
  ),
];

const ofSessions: readonly MeantCall[] = [
  call('compile.run', session.run.bind(session) as never, () => [image()]),
  call('compileInWorker.runAsync', far.runAsync.bind(far) as never, () => [image()]),
  call('compileTraining.freezeNorms', training.freezeNorms.bind(training), () => [true]),
  call('createOptimizer.step', optimizer.step.bind(optimizer), () => [0.1]),
  call(
    'averageWeights.update',
    (...given: never[]) => averageWeights(floats(), 0.9).update(...(given as [])),
    () => [],
  ),
  call('openOnnx.bind', (await openOnnx(onnx)).bind, () => [{ name: 'other', shapes: {} }]),
  call('networkEntry.build', networkEntry('mobilenet-v1').build, () => [{ resolution: 32, width: 0.25 }]),
  call(
    'createMacCounter.add',
    (...given: never[]) => createMacCounter().add(...(given as unknown as [never, number])),
    () => ['conv', 3],
  ),
  call('createRandom.integer', random.integer, () => [4]),
  call('restoreRandom.integer', restoreRandom(random.state()).integer, () => [4]),
];

const ofVision: readonly MeantCall[] = [
  call('loadClassifier.classify', classifier.classify, () => [
    pixels(),
    { top: 2, signal: new AbortController().signal },
  ]),
  call('loadClassifier.classifyFrames', all(classifier.classifyFrames), () => [[pixels()], { top: 2 }]),
  call('loadDetector.detect', detector.detect, () => [
    pixels(),
    { count: 3, leastScore: 0.1, mostOverlap: 0.5 },
  ]),
  call('loadDetector.detectFrames', all(detector.detectFrames), () => [[pixels()], { count: 3 }]),
  call('loadSegmenter.segment', segmenter.segment, () => [pixels(), {}]),
  call('loadSegmenter.segment.mask', segmentation.mask, () => [1]),
  call('loadSegmenter.segmentFrames', all(segmenter.segmentFrames), () => [[pixels()], {}]),
];

export const methodsCalls: readonly MeantCall[] = [...ofBuilders, ...ofSessions, ...ofVision];
