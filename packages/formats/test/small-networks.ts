/** @file One small network for every op and every way in which a file's layout differs from the graph's. */
import {
  conv2d,
  type Graph,
  GraphBuilder,
  initializeWeights,
  type Network,
  noPadding,
  separableConv2d,
} from '@sepconv/graph';
import type { Shape } from '@sepconv/tensor';

const window = {
  strides: [1, 2],
  dilations: [2, 1],
  padding: { top: 1, bottom: 2, left: 0, right: 1 },
} as const;

const builds: Readonly<Record<string, readonly [Shape, (builder: GraphBuilder, input: string) => string]>> = {
  abs: [[1, 2, 3, 2], (b, x) => b.node('abs', [x], {})],
  'add of a value of the same shape': [
    [2, 3, 4, 5],
    (b, x) => b.node('add', [x, b.node('relu', [x], {})], {}),
  ],
  'add of a constant per channel': [
    [1, 3, 4, 5],
    (b, x) => b.node('add', [x, b.parameter('c', [5], 'bias')], {}),
  ],
  'add of a constant image': [
    [1, 3, 4, 5],
    (b, x) => b.node('add', [b.parameter('c', [3, 1, 5], 'bias'), x], {}),
  ],
  'mul of rows with an image': [
    [1, 3, 4, 5],
    (b, x) => {
      const pooled = b.node('global-average-pool2d', [x], {});
      return b.node('mul', [x, b.node('reshape', [pooled], { shape: [5] })], {});
    },
  ],
  'mul of vectors': [[4, 5], (b, x) => b.node('mul', [x, b.parameter('c', [5], 'bias')], {})],
  'average-pool2d': [
    [1, 6, 7, 2],
    (b, x) =>
      b.node('average-pool2d', [x], {
        ...window,
        dilations: [1, 1],
        window: [3, 2],
        countIncludePadding: false,
      }),
  ],
  'average-pool2d, dilated, counting the padding': [
    [1, 6, 7, 2],
    (b, x) => b.node('average-pool2d', [x], { ...window, window: [3, 2], countIncludePadding: true }),
  ],
  'batch-norm of an image': [[2, 3, 4, 5], (b, x) => batchNorm(b, x, 5)],
  'batch-norm of rows': [[3, 4], (b, x) => batchNorm(b, x, 4)],
  'batch-norm of a sequence': [[2, 3, 4], (b, x) => batchNorm(b, x, 4)],
  'clamp from below': [[2, 3], (b, x) => b.node('clamp', [x], { min: -0.25 })],
  'clamp from above': [[2, 3], (b, x) => b.node('clamp', [x], { max: 0.25 })],
  'concat along height': [
    [1, 3, 4, 2],
    (b, x) => b.node('concat', [x, b.node('relu', [x], {})], { axis: 1 }),
  ],
  'concat along the channels': [[1, 3, 4, 2], (b, x) => b.node('concat', [x, x], { axis: 3 })],
  'concat of rows': [[2, 3], (b, x) => b.node('concat', [x, b.parameter('c', [2, 1], 'bias')], { axis: 1 })],
  'conv2d in groups': [
    [1, 6, 7, 4],
    (b, x) => conv2d(b, x, { filters: 6, kernel: [3, 2], groups: 2, strides: [2, 1], dilations: [1, 2] }),
  ],
  'conv-transpose2d in groups': [
    [1, 3, 4, 4],
    (b, x) =>
      b.node(
        'conv-transpose2d',
        [x, b.parameter('w', [3, 2, 2, 6], 'weight'), b.parameter('c', [6], 'bias')],
        {
          ...window,
          strides: [2, 3],
          groups: 2,
          outputPadding: [1, 0],
        },
      ),
  ],
  'dense without a bias': [[2, 3], (b, x) => b.node('dense', [x, b.parameter('w', [3, 4], 'weight')], {})],
  'depthwise-conv2d with a multiplier': [
    [2, 6, 7, 3],
    (b, x) => {
      const parameters = [b.parameter('w', [3, 2, 3, 2], 'weight'), b.parameter('c', [6], 'bias')];
      return b.node('depthwise-conv2d', [x, ...parameters], window);
    },
  ],
  'div by a constant image': [
    [1, 3, 4, 5],
    (b, x) => b.node('div', [b.node('exp', [x], {}), b.parameter('c', [3, 1, 5], 'scale')], {}),
  ],
  'div of a constant by a value': [
    [2, 3],
    (b, x) => b.node('div', [b.parameter('c', [3], 'scale'), b.node('exp', [x], {})], {}),
  ],
  erf: [[2, 3], (b, x) => b.node('erf', [x], {})],
  elu: [[1, 2, 3, 2], (b, x) => b.node('elu', [x], { alpha: 0.5 })],
  'flatten of an image': [[2, 3, 4, 5], (b, x) => b.node('flatten', [x], {})],
  gelu: [[2, 3], (b, x) => b.node('gelu', [x], { approximate: 'none' })],
  'gelu by tanh': [[2, 3], (b, x) => b.node('gelu', [x], { approximate: 'tanh' })],
  'global-max-pool2d': [[2, 3, 4, 5], (b, x) => b.node('global-max-pool2d', [x], {})],
  'hard-sigmoid': [[2, 3], (b, x) => b.node('hard-sigmoid', [x], { slope: 0.25, offset: 0.5 })],
  'hard-swish': [[2, 3], (b, x) => b.node('hard-swish', [x], {})],
  'layer-norm of an image': [[1, 2, 3, 5], (b, x) => layerNorm(b, x, 5)],
  'layer-norm of a sequence': [[2, 3, 5], (b, x) => layerNorm(b, x, 5)],
  'leaky-relu': [[2, 3], (b, x) => b.node('leaky-relu', [x], { slope: 0.25 })],
  'max-pool2d': [[1, 6, 7, 2], (b, x) => b.node('max-pool2d', [x], { ...window, window: [3, 2] })],
  'pad of an image': [
    [1, 2, 3, 2],
    (b, x) => b.node('pad', [x], { before: [0, 1, 2, 0], after: [0, 0, 1, 1], value: 0.5 }),
  ],
  'pointwise-conv2d': [
    [2, 3, 4, 2],
    (b, x) => b.node('pointwise-conv2d', [x, b.parameter('w', [1, 1, 2, 5], 'weight')], {}),
  ],
  'prelu with a slope per channel': [
    [1, 2, 3, 5],
    (b, x) => b.node('prelu', [x, b.parameter('slope', [5], 'weight')], {}),
  ],
  relu6: [[2, 3], (b, x) => b.node('relu6', [b.node('mul', [x, b.parameter('c', [1], 'scale')], {})], {})],
  'reshape of an image to another': [[1, 4, 3, 2], (b, x) => b.node('reshape', [x], { shape: [1, 2, 4, 3] })],
  'reshape of rows to an image': [[1, 24], (b, x) => b.node('reshape', [x], { shape: [1, 4, 3, 2] })],
  'matmul of images': [
    [1, 2, 3, 4],
    (b, x) => b.node('matmul', [x, b.node('transpose', [x], { permutation: [0, 1, 3, 2] })], {}),
  ],
  'matmul of rows': [[2, 3], (b, x) => b.node('matmul', [x, b.parameter('c', [3, 2], 'weight')], {})],
  neg: [[2, 3], (b, x) => b.node('neg', [x], {})],
  'pow with a constant per channel': [
    [1, 2, 3, 2],
    (b, x) => b.node('pow', [b.node('exp', [x], {}), b.parameter('c', [2], 'scale')], {}),
  ],
  'reduce-mean of an image, kept': [
    [2, 3, 4, 5],
    (b, x) => b.node('reduce-mean', [x], { axes: [1, 3], keepDimensions: true }),
  ],
  'reduce-mean of an image': [
    [2, 3, 4, 5],
    (b, x) => b.node('reduce-mean', [x], { axes: [2], keepDimensions: false }),
  ],
  'reduce-mean of rows': [[2, 3], (b, x) => b.node('reduce-mean', [x], { axes: [1], keepDimensions: false })],
  'resize2d to the nearest pixel': [
    [2, 3, 4, 2],
    (b, x) =>
      b.node('resize2d', [x], {
        size: [7, 5],
        mode: 'nearest',
        coordinates: 'half-pixel',
        rounding: 'floor',
      }),
  ],
  'resize2d by means of two': [
    [1, 3, 4, 2],
    (b, x) => b.node('resize2d', [x], { size: [6, 8], mode: 'linear', coordinates: 'pytorch-half-pixel' }),
  ],
  'resize2d by scales of its own': [
    [1, 3, 4, 2],
    (b, x) =>
      b.node('resize2d', [x], {
        size: [4, 10],
        mode: 'linear',
        coordinates: 'asymmetric',
        scales: [1.5, 2.5],
      }),
  ],
  'resize2d by cubics, smaller and antialiased': [
    [1, 6, 8, 2],
    (b, x) =>
      b.node('resize2d', [x], {
        size: [3, 4],
        mode: 'cubic',
        coordinates: 'half-pixel-symmetric',
        cubicCoefficient: -0.5,
        excludeOutside: true,
        antialias: true,
      }),
  ],
  selu: [[2, 3], (b, x) => b.node('selu', [x], { alpha: 1.5, scale: 1.25 })],
  'separable-conv2d': [
    [1, 5, 5, 3],
    (b, x) => separableConv2d(b, x, { filters: 4, kernel: 3, multiplier: 2 }),
  ],
  sigmoid: [[2, 3], (b, x) => b.node('sigmoid', [x], {})],
  'slice of an image, backwards and in steps': [
    [1, 4, 5, 3],
    (b, x) => b.node('slice', [x], { starts: [0, 3, 1, 0], ends: [1, -1, 5, 2], steps: [1, -2, 2, 1] }),
  ],
  'slice of a sequence': [
    [2, 3, 4],
    (b, x) => b.node('slice', [x], { starts: [0, 1, 0], ends: [2, 2, 4], steps: [1, 1, 1] }),
  ],
  'softmax along the channels': [[1, 3, 4, 5], (b, x) => b.node('softmax', [x], { axis: 3 })],
  'softmax along height': [[1, 3, 4, 5], (b, x) => b.node('softmax', [x], { axis: 1 })],
  'softmax of rows': [[2, 5], (b, x) => b.node('softmax', [x], { axis: 1 })],
  softplus: [[2, 3], (b, x) => b.node('softplus', [x], {})],
  'sqrt and tanh': [
    [1, 2, 3, 2],
    (b, x) => b.node('tanh', [b.node('sqrt', [b.node('exp', [x], {})], {})], {}),
  ],
  'sub of values': [[1, 3, 4, 5], (b, x) => b.node('sub', [x, b.node('relu', [x], {})], {})],
  'sub from a constant': [[2, 3], (b, x) => b.node('sub', [b.parameter('c', [3], 'bias'), x], {})],
  swish: [[2, 3], (b, x) => b.node('swish', [x], {})],
  'transpose of an image': [[2, 3, 4, 5], (b, x) => b.node('transpose', [x], { permutation: [2, 0, 3, 1] })],
  'transpose of rows': [[2, 3], (b, x) => b.node('transpose', [x], { permutation: [1, 0] })],
  'two convolutions with one weight': [
    [1, 3, 3, 2],
    (b, x) => {
      const weight = b.parameter('w', [3, 3, 2, 2], 'weight');
      const attributes = {
        strides: [1, 1],
        dilations: [1, 1],
        padding: { ...noPadding, top: 2, left: 2 },
        groups: 1,
      } as const;
      return b.node('conv2d', [b.node('conv2d', [x, weight], attributes), weight], attributes);
    },
  ],
};

function batchNorm(builder: GraphBuilder, input: string, channels: number): string {
  const parameters = (['scale', 'shift', 'mean', 'variance'] as const).map((role) =>
    builder.parameter(role, [channels], role),
  );
  return builder.node('batch-norm', [input, ...parameters], { epsilon: 0.5 });
}

function layerNorm(builder: GraphBuilder, input: string, channels: number): string {
  const parameters = (['scale', 'shift'] as const).map((role) => builder.parameter(role, [channels], role));
  return builder.node('layer-norm', [input, ...parameters], { epsilon: 0.5 });
}

/** The networks by name, with seeded weights. */
export function smallNetworks(): readonly (readonly [string, Network])[] {
  return Object.entries(builds).map(([name, [shape, build]]) => {
    const builder = new GraphBuilder(name);
    const graph: Graph = builder.build([build(builder, builder.input('x', shape))]);
    return [name, { graph, weights: initializeWeights(graph, 7) }];
  });
}
