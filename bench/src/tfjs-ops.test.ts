/** @file TensorFlow ops of graph models, read and run by the reference, beside what TF.js itself gives for them. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, test } from 'vitest';
import { base64, compareGraph, graphModel, ints, one, type TestNode, texts } from './testing/tfjs-graph.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
  await tf.ready();
});

const window = {
  strides: ints(1, 2, 2, 1),
  padding: { s: base64('SAME') },
  dilations: ints(1, 1, 1, 1),
  data_format: { s: base64('NHWC') },
};

describe('an op gives what TF.js gives', () => {
  const c4 = { c: { shape: [4] } };
  const w = { w: { shape: [3, 3, 4, 2] } };
  test.each<[string, TestNode[], Parameters<typeof graphModel>[1]]>([
    ['Conv2D', one('Conv2D', ['x', 'w'], window), w],
    [
      'Conv2D with explicit padding',
      one('Conv2D', ['x', 'w'], {
        ...window,
        padding: { s: base64('EXPLICIT') },
        explicit_paddings: ints(0, 0, 1, 0, 2, 1, 0, 0),
      }),
      w,
    ],
    [
      '_FusedConv2D',
      one('_FusedConv2D', ['x', 'w', 'b'], {
        ...window,
        fused_ops: texts('BiasAdd', 'Relu6'),
        num_args: { i: '1' },
      }),
      { ...w, b: { shape: [2] } },
    ],
    [
      '_FusedConv2D with Prelu',
      one('_FusedConv2D', ['x', 'w', 'b', 's'], {
        ...window,
        fused_ops: texts('BiasAdd', 'Prelu'),
        num_args: { i: '2' },
      }),
      { ...w, b: { shape: [2] }, s: { shape: [2] } },
    ],
    ['DepthwiseConv2dNative', one('DepthwiseConv2dNative', ['x', 'w'], window), w],
    [
      'FusedDepthwiseConv2dNative',
      one('FusedDepthwiseConv2dNative', ['x', 'w', 'b'], {
        ...window,
        fused_ops: texts('BiasAdd', 'Relu'),
        num_args: { i: '1' },
      }),
      { ...w, b: { shape: [8] } },
    ],
    [
      'Conv2DBackpropInput',
      one('Conv2DBackpropInput', ['s', 'w', 'x'], window),
      { w: { shape: [3, 3, 2, 4] }, s: { shape: [4], ints: [1, 12, 10, 2] } },
    ],
    [
      'Conv2DBackpropInput of an odd size',
      one('Conv2DBackpropInput', ['s', 'w', 'x'], window),
      { w: { shape: [3, 3, 2, 4] }, s: { shape: [4], ints: [1, 11, 9, 2] } },
    ],
    [
      '_FusedMatMul behind Mean',
      [
        { name: 'm', op: 'Mean', input: ['x', 'a'] },
        ...one('_FusedMatMul', ['m', 'w', 'b'], {
          fused_ops: texts('BiasAdd', 'Relu'),
          transpose_b: { b: true },
          num_args: { i: '1' },
        }),
      ],
      { a: { shape: [2], ints: [1, 2] }, w: { shape: [3, 4] }, b: { shape: [3] } },
    ],
    ['BiasAdd and Relu', [{ name: 'b', op: 'BiasAdd', input: ['x', 'c'] }, ...one('Relu', ['b'])], c4],
    [
      'FusedBatchNormV3',
      one('FusedBatchNormV3', ['x', 'c', 'd', 'e', 'f'], { epsilon: { f: 0.01 } }),
      { ...c4, d: { shape: [4] }, e: { shape: [4] }, f: { shape: [4] } },
    ],
    [
      'Sub, Mul, AddV2, RealDiv',
      [
        { name: 's', op: 'Sub', input: ['x', 'c'] },
        { name: 'm', op: 'Mul', input: ['c', 's'] },
        { name: 'a', op: 'AddV2', input: ['m', 'x'] },
        ...one('RealDiv', ['a', 'x']),
      ],
      c4,
    ],
    ['arithmetic of constants', [{ name: 'm', op: 'Mul', input: ['c', 'c'] }, ...one('Sub', ['x', 'm'])], c4],
    [
      'Square, Sqrt, Rsqrt, Neg, Exp',
      [
        { name: 'a', op: 'Square', input: ['x'] },
        { name: 'b', op: 'Rsqrt', input: ['a'] },
        { name: 'c', op: 'Sqrt', input: ['b'] },
        { name: 'd', op: 'Neg', input: ['c'] },
        ...one('Exp', ['d']),
      ],
      {},
    ],
    [
      'Sigmoid, Softplus, Tanh, Elu',
      [
        { name: 'a', op: 'Sigmoid', input: ['x'] },
        { name: 'b', op: 'Softplus', input: ['a'] },
        { name: 'c', op: 'Tanh', input: ['b'] },
        ...one('Elu', ['c']),
      ],
      {},
    ],
    [
      'LeakyRelu, Relu6, Softmax',
      [
        { name: 'a', op: 'LeakyRelu', input: ['x'], attr: { alpha: { f: 0.3 } } },
        { name: 'b', op: 'Relu6', input: ['a'] },
        ...one('Softmax', ['b']),
      ],
      {},
    ],
    ['MaxPool', one('MaxPool', ['x'], { ...window, ksize: ints(1, 3, 3, 1) }), {}],
    ['AvgPool', one('AvgPool', ['x'], { ...window, ksize: ints(1, 2, 3, 1) }), {}],
    [
      'Mean with kept dimensions',
      one('Mean', ['x', 'a'], { keep_dims: { b: true } }),
      { a: { shape: [2], ints: [1, -2] } },
    ],
    ['Mean over channels', one('Mean', ['x', 'a']), { a: { shape: [], ints: [-1] } }],
    ['Max', one('Max', ['x', 'a']), { a: { shape: [2], ints: [2, 1] } }],
    [
      'PadV2',
      one('PadV2', ['x', 'a', 'v']),
      { a: { shape: [4, 2], ints: [0, 0, 1, 2, 0, 1, 0, 0] }, v: { shape: [] } },
    ],
    [
      'Slice and ConcatV2',
      [{ name: 'a', op: 'Slice', input: ['x', 'from', 'size'] }, ...one('ConcatV2', ['a', 'a', 'axis'])],
      {
        from: { shape: [4], ints: [0, 1, 0, 2] },
        size: { shape: [4], ints: [1, 3, -1, 2] },
        axis: { shape: [], ints: [3] },
      },
    ],
    [
      'Split into outputs in another order',
      [
        { name: 's', op: 'Split', input: ['axis', 'x'], attr: { num_split: { i: '2' } } },
        { name: 'r', op: 'Relu', input: ['s:1'] },
        ...one('ConcatV2', ['r', 's', 's:1', 'axis'], { N: { i: '3' } }),
      ],
      { axis: { shape: [], ints: [3] } },
    ],
    [
      'SplitV into parts of stated lengths',
      [
        { name: 's', op: 'SplitV', input: ['x', 'lengths', 'axis'], attr: { num_split: { i: '3' } } },
        ...one('ConcatV2', ['s:2', 's', 's:1', 'axis'], { N: { i: '3' } }),
      ],
      { lengths: { shape: [3], ints: [1, -1, 3] }, axis: { shape: [], ints: [-3] } },
    ],
    [
      'DepthToSpace',
      one('DepthToSpace', ['x'], { block_size: { i: '2' }, data_format: { s: base64('NHWC') } }),
      {},
    ],
    [
      'DepthToSpace with several channels left',
      [
        { name: 'a', op: 'ConcatV2', input: ['x', 'x', 'n', 'axis'], attr: { N: { i: '3' } } },
        { name: 'n', op: 'Neg', input: ['x'] },
        ...one('DepthToSpace', ['a'], { block_size: { i: '2' }, data_format: { s: base64('NHWC') } }),
      ],
      { axis: { shape: [], ints: [3] } },
    ],
    [
      'Transpose and Squeeze',
      [
        { name: 'a', op: 'Transpose', input: ['x', 'p'] },
        ...one('Squeeze', ['a'], { squeeze_dims: ints(0) }),
      ],
      { p: { shape: [4], ints: [0, 3, 1, 2] } },
    ],
    [
      'Reshape to a shape that the graph computes',
      [
        { name: 'shape', op: 'Shape', input: ['x'] },
        {
          name: 'batch',
          op: 'StridedSlice',
          input: ['shape', 'zero', 'first', 'first'],
          attr: {
            shrink_axis_mask: { i: '1' },
            begin_mask: { i: '0' },
            end_mask: { i: '0' },
            ellipsis_mask: { i: '0' },
            new_axis_mask: { i: '0' },
          },
        },
        { name: 'pack', op: 'Pack', input: ['batch', 'rest'], attr: { axis: { i: '0' } } },
        ...one('Reshape', ['x', 'pack']),
      ],
      { zero: { shape: [1], ints: [0] }, first: { shape: [1], ints: [1] }, rest: { shape: [], ints: [-1] } },
    ],
    [
      'ResizeBilinear',
      one('ResizeBilinear', ['x', 's'], { align_corners: { b: false }, half_pixel_centers: { b: true } }),
      { s: { shape: [2], ints: [9, 11] } },
    ],
    [
      'ResizeNearestNeighbor',
      one('ResizeNearestNeighbor', ['x', 's'], {
        align_corners: { b: false },
        half_pixel_centers: { b: false },
      }),
      { s: { shape: [2], ints: [12, 7] } },
    ],
    [
      'Identity, ClipByValue',
      [{ name: 'i', op: 'Identity', input: ['x'] }, ...one('ClipByValue', ['i', 'a', 'b'])],
      { a: { shape: [], ints: [0] }, b: { shape: [], ints: [1] } },
    ],
  ])('%s', (_, nodes, constants) => compareGraph(graphModel(nodes, constants)));
});
