import {
  batchNorm,
  conv2d,
  dense,
  depthwiseConv2d,
  type Graph,
  GraphBuilder,
  pointwiseConv2d,
} from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { createTensor, type Tensor, toFloat32 } from '@sepconv/tensor';
import {
  continueTraining,
  type Dataset,
  digitNetwork,
  learntRanges,
  startTraining,
  type TrainResult,
} from '@sepconv/train';
import { asSeen } from '@sepconv/train/quantization';
import { expect, test } from 'vitest';
import { quantizeNetwork } from './quantize-network.js';

const side = 12;
/** Stripes along one axis or the other, of drawn widths. */
const data: Dataset = {
  shape: [side, side, 1],
  classes: ['rows', 'columns'],
  labels: Uint16Array.from({ length: 64 }, (_, i) => i % 2),
  pixels: Uint8Array.from({ length: 64 * side * side }, (_, i) => {
    const [image, at] = [Math.floor(i / (side * side)), i % (side * side)];
    const along = image % 2 === 0 ? Math.floor(at / side) : at % side;
    return (along + image) % 4 < 2 ? 40 + image : 200 - image;
  }),
  normalization: { mean: 128, standardDeviation: 64 },
};
const training = { training: data };

/** A residual, a squeeze-and-excite gate, a swish, a lonely BatchNorm, a concatenation and a mean by op. */
function gatedNetwork(): Graph {
  const builder = new GraphBuilder('gated');
  const image = builder.input('image', [1, side, side, 1]);
  const stem = conv2d(builder, image, { name: 'stem', filters: 8, kernel: 3, strides: 2, bias: false });
  const swished = builder.node('swish', [batchNorm(builder, stem, { name: 'stem-norm' })], {}, 'swished');
  const spatial = depthwiseConv2d(builder, swished, { name: 'spatial', kernel: 3, bias: false });
  const active = builder.node(
    'hard-swish',
    [batchNorm(builder, spatial, { name: 'spatial-norm' })],
    {},
    'active',
  );
  const squeezed = builder.node('global-average-pool2d', [active], {}, 'squeezed');
  const gate = pointwiseConv2d(builder, squeezed, { name: 'gate', filters: 8 });
  const opened = builder.node('hard-sigmoid', [gate], { slope: 1 / 6, offset: 0.5 }, 'opened');
  const gated = builder.node('mul', [active, opened], {}, 'gated');
  const project = pointwiseConv2d(builder, gated, { name: 'project', filters: 8, bias: false });
  const sum = builder.node(
    'add',
    [swished, batchNorm(builder, project, { name: 'project-norm' })],
    {},
    'sum',
  );
  const lonely = batchNorm(builder, sum, { name: 'lonely' });
  const joined = builder.node(
    'concat',
    [builder.node('relu', [lonely], {}, 'relu'), sum],
    { axis: 3 },
    'joined',
  );
  const mean = builder.node('reduce-mean', [joined], { axes: [1, 2], keepDimensions: false }, 'mean');
  return builder.build([
    builder.node('softmax', [dense(builder, mean, { name: 'logits', filters: 2 })], { axis: 1 }, 'classes'),
  ]);
}

async function trainedFor(graph: Graph, quantize: object): Promise<TrainResult> {
  const settings = { epochs: 6, batchSize: 16, seed: 4, learningRate: { base: 0.02 }, quantize } as const;
  return continueTraining(startTraining({ graph }, training, settings), training);
}

const imageOf = (index: number) =>
  createTensor(
    'float32',
    [1, side, side, 1],
    Float32Array.from(
      data.pixels.subarray(index * side * side, (index + 1) * side * side),
      (x) => (x - 128) / 64,
    ),
  );

test.each([
  [
    'the digit network',
    digitNetwork({ widths: [6, 8, 12], resolution: side, classes: 2 }),
    { ranges: 'learnt' },
  ],
  [
    'the digit network with scales by tensor',
    digitNetwork({ widths: [6, 8], resolution: side, classes: 2, activation: 'relu' }),
    { ranges: 'moving-average', weights: 'tensor' },
  ],
  ['a network with gates', gatedNetwork(), { ranges: 'learnt', freezeNormsAfter: 0.5 }],
] as const)('%s becomes the integers that its training has seen', async (_, graph, quantize) => {
  const { network, checkpoint } = await trainedFor(graph, quantize);
  const ranges = learntRanges(checkpoint);
  const { network: integer, report } = await quantizeNetwork(network, {
    ranges,
    weights: checkpoint.settings.quantize?.weights,
  } as never);
  // Nothing was observed, and every value is stored as the training had it.
  expect(report.calibration).toEqual({ from: 'training', count: 0 });
  expect(report.layers.filter(({ arithmetic }) => arithmetic === 'float').map(({ op }) => op)).toEqual(
    graph.outputs[0] === 'classes' ? ['softmax'] : [],
  );
  const seen = asSeen(checkpoint);
  const asIntegers = integer.graph.nodes.some(({ op }) => op === 'softmax')
    ? { ...integer, graph: { ...integer.graph, outputs: ['logits'] } }
    : integer;
  const logits = report.layers.find(({ name }) => name === 'logits');
  const step = logits?.stored?.scale as number;
  const sessions = [await compile(seen), await compile(asIntegers)] as const;
  let [same, total] = [0, 0];
  for (let i = 0; i < data.labels.length; i++) {
    const image = imageOf(i);
    const [wanted, found] = sessions.map((session) => {
      const [output] = session.run(new Map([['image', image]])).values();
      // Inside the network its logits are integers.
      return toFloat32(output as Tensor).data.slice();
    }) as [Float32Array, Float32Array];
    wanted.forEach((value, c) => {
      // Integers requantize sums and gates in other steps than real numbers do, and biases are whole units of a sum.
      expect(Math.abs(value - (found[c] as number))).toBeLessThanOrEqual(2.01 * step);
      total++;
      if (Math.abs(value - (found[c] as number)) < 0.5 * step) same++;
    });
  }
  for (const session of sessions) session.dispose();
  expect(same / total).toBeGreaterThan(0.8);
});

test('ranges that are none, of nothing, or beside equalization are named', async () => {
  const { network, checkpoint } = await trainedFor(
    digitNetwork({ widths: [4, 4], resolution: side, classes: 2 }),
    {},
  );
  const ranges = learntRanges(checkpoint);
  const quantized = (given: unknown, more = {}) =>
    quantizeNetwork(network, { ranges: given, ...more } as never);
  await expect(quantized(new Map())).rejects.toThrow('with at least one in it');
  await expect(quantized({})).rejects.toThrow('ranges must be a map');
  const [name = ''] = ranges.keys();
  for (const range of [{ min: 1, max: 0 }, { min: NaN, max: 1 }, { min: 0, max: Infinity }, undefined, {}])
    await expect(quantized(new Map([[name, range]]))).rejects.toThrow(
      `the range of "${name}" must be of two finite numbers`,
    );
  await expect(quantized(new Map([['nowhere', { min: 0, max: 1 }]]))).rejects.toThrow(
    'the network has no such value',
  );
  await expect(quantized(ranges, { equalize: true })).rejects.toThrow('equalize must be false');
  // What is not known is observed.
  const { report } = await quantizeNetwork(network, {
    ranges: new Map([...ranges].slice(0, 2)),
    samples: [imageOf(0), imageOf(1)],
  });
  expect(report.calibration).toEqual({ from: 'samples', count: 2 });
});
