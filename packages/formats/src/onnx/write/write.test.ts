import { GraphBuilder, type Network, validateNetwork } from '@sepconv/graph';
import { mobileNetV3Small } from '@sepconv/mobilenet';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, float32Tensor, randomTensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { readOnnx } from '../../../test/read-now.js';
import { smallNetworks } from '../../../test/small-networks.js';
import { FormatError, toFileLayout, toGraphLayout } from '../../onnx.js';
import { writeOnnx } from '../../write-onnx.js';

const onlyOutput = (network: Network, input: Tensor): Tensor<'float32'> =>
  [...runReference(network, input).values()][0] as Tensor<'float32'>;

const bytesOf = ({ data: { buffer, byteOffset, byteLength } }: Tensor): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** What the written file's network gives for the graph's input, as the graph counts it. */
function runWritten(network: Network, input: Tensor<'float32'>): Tensor<'float32'> {
  const imported = readOnnx(writeOnnx(network));
  const [given, result] = [imported.inputs[0], imported.outputs[0]];
  const isImage = input.shape.length === 4;
  const inFile = isImage ? toFileLayout(input, { fileAxes: [0, 2, 3, 1] }) : input;
  const output = toFileLayout(onlyOutput(imported.network, toGraphLayout(inFile, given ?? {})), result ?? {});
  return output.shape.length === 4 ? toGraphLayout(output, { fileAxes: [0, 2, 3, 1] }) : output;
}

describe('a written file is read back as a network that computes the same', () => {
  test.each(smallNetworks())('%s', (_, network) => {
    const [{ shape } = { shape: [] }] = network.graph.inputs;
    const input = randomTensor(shape, createRandom(11));
    const expected = onlyOutput(network, input);
    const actual = runWritten(network, input);
    expect(actual.shape).toEqual(expected.shape);
    expected.data.forEach((value, i) => {
      expect(actual.data[i]).toBeCloseTo(value, 5);
    });
  });

  test('MobileNetV3 Small, op by op', () => {
    const graph = mobileNetV3Small({ resolution: 32, classes: 10 });
    const weights = new Map(
      graph.parameters.map(({ name, shape }, i) => [name, randomTensor(shape, createRandom(i), 0.1, 0.3)]),
    );
    const imported = readOnnx(writeOnnx({ graph, weights }));
    validateNetwork(imported.network);
    // A flatten is read as the reshape that it is.
    const ops = graph.nodes.map(({ op }) => (op === 'flatten' ? 'reshape' : op));
    expect(imported.network.graph.nodes.map(({ op }) => op)).toEqual(ops);
    expect(imported.network.graph.outputs).toEqual(graph.outputs);
    const names = imported.network.graph.parameters.map(({ name }) => name);
    expect(names.toSorted()).toEqual(graph.parameters.map(({ name }) => name).toSorted());
    for (const [name, tensor] of weights) {
      const read = imported.network.weights.get(name) as Tensor;
      expect(read.shape).toEqual(tensor.shape);
      // A million numbers, which vitest would compare one by one for half a minute.
      expect(bytesOf(read).equals(bytesOf(tensor)), name).toBe(true);
    }
  });
});

describe('what is written', () => {
  test('weights are the float32 that they stand for', () => {
    const builder = new GraphBuilder('half');
    const input = builder.input('x', [1, 1]);
    const weight = builder.parameter('w', [1, 1], 'weight', 'float16');
    const graph = builder.build([builder.node('dense', [input, weight], {})]);
    const network = {
      graph,
      weights: new Map([['w', createTensor('float16', [1, 1], Uint16Array.of(0x4000))]]),
    };
    expect(onlyOutput(readOnnx(writeOnnx(network)).network, float32Tensor([1, 1], [3])).data).toEqual(
      Float32Array.of(6),
    );
  });

  test('integers stay integers, and are computed with in real numbers between scales', () => {
    const builder = new GraphBuilder('quantized');
    const input = builder.input('x', [1, 4, 4, 2]);
    const ofX = { dtype: 'uint8', scale: [0.5], zeroPoint: [100] } as const;
    const bytes = builder.node('quantize', [input], ofX, 'bytes');
    const quantization = { scale: [0.25, 0.5, 1], zeroPoint: [0, 0, 0], axis: 3 };
    const kernel = builder.parameter('w', [1, 1, 2, 3], 'weight', 'int8', quantization);
    const bias = builder.parameter('b', [3], 'bias', 'int32');
    const plainWindow = {
      strides: [1, 1],
      dilations: [1, 1],
      padding: { top: 0, bottom: 0, left: 0, right: 0 },
      groups: 1,
    } as const;
    const result = { dtype: 'int8', scale: 32, zeroPoint: -3, min: -3, max: 40 } as const;
    const sums = builder.node(
      'quantized-conv2d',
      [bytes, kernel, bias],
      { ...plainWindow, output: result },
      'sums',
    );
    const graph = builder.build([builder.node('dequantize', [sums], {}, 'y')]);
    const weights = new Map<string, Tensor>([
      ['w', createTensor('int8', [1, 1, 2, 3], Int8Array.of(10, -20, 30, -40, 50, 60), quantization)],
      ['b', createTensor('int32', [3], Int32Array.of(7, -8, 9))],
    ]);
    const network = { graph, weights };
    const { network: back } = readOnnx(writeOnnx(network), { arithmetic: 'integer' });
    const stored = [...back.weights.values()];
    const weight = stored.find(({ data }) => data.length === 6);
    expect(weight?.data).toEqual(Float32Array.of(2.5, -10, 30, -10, 25, 60));
    expect(stored.find(({ data }) => data.length === 3)?.data).toEqual(Float32Array.of(0.875, -2, 4.5));
    // The clip, as a table of all bytes.
    expect(new Set(stored.find(({ data }) => data.length === 256)?.data).size).toBe(44);
    const image = randomTensor([1, 4, 4, 2], createRandom(3), -20, 20);
    const [expected, actual] = [network, back].map((each) => onlyOutput(each, image).data);
    // In steps of 32, of which the clip leaves those from 0 to 43; a sum half way between two may go either way.
    expect(new Set(expected).size).toBeGreaterThan(10);
    expected?.forEach((value, i) => {
      expect(Math.abs((actual?.[i] as number) - value)).toBeLessThanOrEqual(32);
    });
  });

  test('an op that ONNX lacks is refused by its name and the node’s', () => {
    const builder = new GraphBuilder('boxes');
    const [boxes, scores] = [builder.input('boxes', [3, 4]), builder.input('scores', [3, 2])];
    const attributes = { count: 2, perClass: 2, leastScore: 0.5, mostOverlap: 0.5, order: 'score' } as const;
    const graph = builder.build([builder.node('non-max-suppression', [boxes, scores], attributes, 'chosen')]);
    expect(() => writeOnnx({ graph, weights: new Map() })).toThrow(
      'non-max-suppression "chosen": the op cannot be written to ONNX; "abs", "add",',
    );
    expect(() => writeOnnx({ graph, weights: new Map() })).toThrow(FormatError);
  });

  test('another form than the two is refused', () => {
    const network = smallNetworks()[0]![1];
    expect(() => writeOnnx(network, {}, { form: 'qoperator' as 'qdq' })).toThrow(
      'the form must be "qdq" or "qlinear", not "qoperator"',
    );
  });

  test('a weight that the network computes is refused, where ONNX runtimes want it constant', () => {
    const builder = new GraphBuilder('computed');
    const input = builder.input('x', [1, 4, 4, 1]);
    const weight = builder.node('relu', [builder.parameter('w', [1, 1, 1, 1], 'weight')], {}, 'computed');
    const graph = builder.build([builder.node('pointwise-conv2d', [input, weight], {}, 'conv')]);
    const network = { graph, weights: new Map([['w', float32Tensor([1, 1, 1, 1], [1])]]) };
    expect(() => writeOnnx(network)).toThrow(
      'pointwise-conv2d "conv": the weight must be a parameter, but "computed" is computed by the network',
    );
    expect(() => writeOnnx(network)).toThrow(FormatError);
  });
});
