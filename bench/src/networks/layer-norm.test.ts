/** @file LayerNorm spelled out, as exporters wrote it before operator set 17: read as one op, beside onnxruntime. */

import { writeOnnx } from '@sepconv/formats/write-onnx';
import { GraphBuilder, type Network, type OpName } from '@sepconv/graph';
import { createRandom, filled, randomTensor, type Shape, type Tensor } from '@sepconv/tensor';
import { expect, test } from 'vitest';
import { readOnnx } from '../../../packages/formats/test/read-now.ts';
import { relativeErrorOf, runFastest, runOnnxruntime } from './onnxruntime.ts';

/** Two normalizations with a ReLU between them, written with means, differences and roots. */
function spelledOut(shape: Shape, square: 'pow' | 'mul'): Network {
  const builder = new GraphBuilder('spelled');
  const weights = new Map<string, Tensor>();
  const random = createRandom(4);
  const channels = shape.at(-1) as number;
  const parameter = (name: string, tensor: Tensor<'float32'>): string => {
    weights.set(name, tensor);
    return builder.parameter(name, tensor.shape, 'constant');
  };
  const mean = { axes: [shape.length - 1], keepDimensions: true };
  const normalize = (x: string, name: string): string => {
    const difference = builder.node('sub', [x, builder.node('reduce-mean', [x], mean)], {});
    const squares =
      square === 'mul'
        ? builder.node('mul', [difference, difference], {})
        : builder.node('pow', [difference, parameter(`${name}/two`, filled('float32', [1], 2))], {});
    const epsilon = parameter(`${name}/epsilon`, filled('float32', [1], 1e-5));
    const variance = builder.node('add', [builder.node('reduce-mean', [squares], mean), epsilon], {});
    const normal = builder.node('div', [difference, builder.node('sqrt', [variance], {})], {});
    const scale = parameter(`${name}/scale`, randomTensor([channels], random, 0.5, 2));
    const shift = parameter(`${name}/shift`, randomTensor([channels], random, -1, 1));
    return builder.node('add', [builder.node('mul', [normal, scale], {}), shift], {});
  };
  const between = builder.node('relu', [normalize(builder.input('x', shape), 'first')], {});
  const graph = builder.build([normalize(between, 'second')]);
  return { graph, weights };
}

test.each<[Shape, 'pow' | 'mul']>([
  [[1, 40, 120], 'pow'],
  [[2, 7, 33], 'mul'],
  [[9, 64], 'pow'],
])('of %j with %s agrees with onnxruntime', async (shape, square) => {
  const bytes = writeOnnx(spelledOut(shape, square));
  const imported = readOnnx(bytes);
  const ops: OpName[] = imported.network.graph.nodes.map(({ op }) => op);
  expect(ops).toEqual(['layer-norm', 'relu', 'layer-norm']);
  const input = new Map([['x', randomTensor(shape, createRandom(8), -3, 5)]]);
  const expected = await runOnnxruntime(bytes, input);
  expect(relativeErrorOf(await runFastest(imported, input), expected)).toBeLessThan(1e-5);
});
