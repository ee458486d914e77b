import { type ConformanceCase, conformanceOps, type Runner, sweep } from '@sepconv/conformance';
import { GraphBuilder, type Network, noPadding, validateNetwork } from '@sepconv/graph';
import { mobileNetV3Small } from '@sepconv/mobilenet';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, float32Tensor, randomTensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { readTflite } from '../../../test/read-now.js';
import { smallNetworks } from '../../../test/small-networks.js';
import { FormatError } from '../../tflite.js';
import { writeTflite } from '../../write-tflite.js';
import { leakyByte } from '../integer/byte-functions.js';
import { readModel } from '../model.js';

const onlyOutput = (network: Network, input: Tensor): Tensor =>
  [...runReference(network, input).values()][0] as Tensor;

const refused = ['average-pool2d, dilated, counting the padding', 'erf', 'max-pool2d'];

/** What is read of networks that several operators are, or others than the graph's. */
const inOtherOps: Readonly<Record<string, string>> = {
  'average-pool2d': 'pad,average-pool2d,mul',
  // A product and a sum, of which the reader makes one again: rounded once more.
  'batch-norm of an image': 'batch-norm',
  'batch-norm of rows': 'batch-norm',
  'batch-norm of a sequence': 'batch-norm',
  'conv-transpose2d in groups': 'slice,conv-transpose2d,slice,conv-transpose2d,concat,slice',
  'depthwise-conv2d with a multiplier': 'pad,depthwise-conv2d',
  'div by a constant image': 'exp,mul',
  elu: 'relu,clamp,elu,mul,add',
  'flatten of an image': 'reshape',
  'matmul of rows': 'reshape,dense,reshape',
  'resize2d by cubics, smaller and antialiased': 'reshape,matmul,reshape,matmul,reshape',
  'resize2d by scales of its own': 'reshape,matmul,reshape,matmul,reshape',
  'resize2d to the nearest pixel': 'reshape,matmul,reshape,matmul,reshape',
  selu: 'relu,mul,clamp,elu,mul,add',
  'separable-conv2d': 'depthwise-conv2d,pointwise-conv2d',
  'softmax along height': 'transpose,softmax,transpose',
  softplus: 'abs,neg,exp,add,log,relu,add',
  'two convolutions with one weight': 'pad,conv2d,pad,conv2d',
};

describe('a written file is read back as a network that computes the same', () => {
  const networks = smallNetworks().filter(([name]) => !refused.includes(name));

  test.each(networks)('%s', (name, network) => {
    const [{ shape } = { shape: [] }] = network.graph.inputs;
    const input = randomTensor(shape, createRandom(11));
    const { network: back } = readTflite(writeTflite(network));
    const [expected, actual] = [onlyOutput(network, input), onlyOutput(back, input)];
    const ops = ({ graph }: Network): string => graph.nodes.map(({ op }) => op).join();
    expect(ops(back)).toBe(inOtherOps[name] ?? ops(network));
    expect(actual.shape).toEqual(expected.shape);
    if (inOtherOps[name] === undefined) expect(actual.data).toEqual(expected.data);
    expected.data.forEach((value, i) => {
      expect(actual.data[i]).toBeCloseTo(value, 5);
    });
  });

  test('MobileNetV3 Small, its norms in its layers, bit for bit', () => {
    const graph = mobileNetV3Small({ resolution: 32, classes: 10 });
    const weights = new Map(
      graph.parameters.map(({ name, shape }, i) => [name, randomTensor(shape, createRandom(i), 0.1, 0.3)]),
    );
    const { network: back } = readTflite(writeTflite({ graph, weights }));
    validateNetwork(back);
    const ops = graph.nodes.flatMap(({ op }) =>
      op === 'batch-norm' ? [] : op === 'flatten' ? ['reshape'] : [op],
    );
    expect(back.graph.nodes.map(({ op }) => op)).toEqual(ops);
    const input = randomTensor(graph.inputs[0]!.shape, createRandom(11));
    expect(onlyOutput(back, input).data).toEqual(onlyOutput({ graph, weights }, input).data);
  });
});

describe('what is written', () => {
  test('an activation that alone reads a layer is in its operator, and one that others read beside is not', () => {
    const builder = new GraphBuilder('activations');
    const input = builder.input('x', [1, 2, 2, 3]);
    const sum = builder.node('add', [input, input], {}, 'sum');
    const product = builder.node('mul', [builder.node('relu', [sum], {}), sum], {}, 'product');
    const graph = builder.build([builder.node('relu6', [product], {}, 'y')]);
    const { operators, outputs, tensors } = readModel(writeTflite({ graph, weights: new Map() }));
    expect(operators.map(({ op, options }) => [op, options?.int8(0, 'activation') ?? 0])).toEqual([
      ['ADD', 0],
      ['RELU', 0],
      ['MUL', 3],
    ]);
    expect(outputs.map((index) => tensors[index]?.name)).toEqual(['y']);
  });

  test('a weight that two nodes read is stored once', () => {
    const network = smallNetworks().find(([name]) => name === 'two convolutions with one weight')![1];
    const { tensors } = readModel(writeTflite(network));
    const weights = tensors.filter(({ shape, data }) => shape.length === 4 && data !== undefined);
    expect(weights.filter(({ type }) => type === 'float32').length).toBe(1);
  });

  test('a parameter and an input that are outputs come out', () => {
    const builder = new GraphBuilder('same');
    const input = builder.input('x', [2]);
    const constant = builder.parameter('c', [2], 'constant');
    const graph = builder.build([builder.node('add', [input, constant], {}), constant, input]);
    const weights = new Map([['c', float32Tensor([2], [3, 4])]]);
    const { network, outputs } = readTflite(writeTflite({ graph, weights }));
    const results = runReference(network, float32Tensor([2], [1, 2]));
    expect(outputs.map(({ name }) => [...results.get(name)!.data])).toEqual([
      [4, 6],
      [3, 4],
      [1, 2],
    ]);
  });

  test('the first runtime that has all operators is named', () => {
    const bytes = writeTflite(smallNetworks().find(([name]) => name === 'gelu')![1]);
    expect(new TextDecoder('latin1').decode(bytes)).toMatch(/2\.9\.0\0+/);
  });
});

/** A case's network written and read back, as an implementation. */
const backAndForth: Runner = (network, inputs) => {
  const { network: back, outputs } = readTflite(writeTflite(network), { arithmetic: 'integer' });
  const given = new Map(
    network.graph.inputs.map(({ name }, i) => {
      const { dtype, shape, quantization } = back.graph.inputs[i]!;
      return [
        back.graph.inputs[i]!.name,
        createTensor(dtype, shape, inputs.get(name)!.data as never, quantization),
      ];
    }),
  );
  const results = runReference(back, given as ReadonlyMap<string, Tensor>);
  return new Map(network.graph.outputs.map((name, i) => [name, results.get(outputs[i]!.name)!]));
};

describe('integers are written as TFLite’s own, and read back give the same bytes', () => {
  const ops = [
    'dequantize',
    'lookup',
    'quantized-add',
    'quantized-conv2d',
    'quantized-global-average-pool2d',
    'quantized-matmul',
    'quantized-mul',
    'quantized-resize2d',
  ] as const;
  const reasonToSkip = ({ network }: ConformanceCase): string | undefined => {
    try {
      writeTflite(network);
      return undefined;
    } catch (error) {
      if (error instanceof FormatError) return error.message;
      throw error;
    }
  };

  test.each(ops)('%s', { timeout: 60_000 }, async (op) => {
    const report = await sweep({
      op,
      implementation: backAndForth,
      oracle: runReference,
      runs: 60,
      classes: Object.keys(conformanceOps[op].classes),
      skip: reasonToSkip,
    });
    expect(report.cases).toBeGreaterThan(10);
  });

  test('functions that runtimes have are their operators, and other tables are gathered from', () => {
    const quantization = { scale: [1 / 16], zeroPoint: [3] };
    const written = (table: Int8Array): string[] => {
      const builder = new GraphBuilder('table');
      const input = builder.input('x', [1, 2, 2, 3], 'int8', quantization);
      const name = builder.parameter('t', [256], 'constant', 'int8', quantization);
      const graph = builder.build([builder.node('lookup', [input, name], {}, 'y')]);
      const weights = new Map([['t', createTensor('int8', [256], table, quantization)]]);
      return readModel(writeTflite({ graph, weights })).operators.map(({ op }) => op);
    };
    const tableOf = (of: (stored: number) => number): Int8Array =>
      Int8Array.from({ length: 256 }, (_, i) => Math.max(-128, Math.min(127, of(i - 128))));
    expect(written(tableOf((stored) => Math.max(3, stored)))).toEqual(['RELU']);
    const leaky = leakyByte(0.2)(
      { dtype: 'int8', scale: 1 / 16, zeroPoint: 3 },
      { dtype: 'int8', scale: 1 / 16, zeroPoint: 3 },
    );
    expect(written(tableOf(leaky!))).toEqual(['LEAKY_RELU']);
    expect(written(tableOf((stored) => (stored * stored) % 100))).toEqual(['CAST', 'ADD', 'GATHER']);
  });

  test('a weight of a depthwise convolution whose channels have scales, as its tensor says too', () => {
    const builder = new GraphBuilder('depthwise');
    const one = { scale: [0.5], zeroPoint: [0] };
    const input = builder.input('x', [1, 2, 2, 2], 'int8', one);
    const perChannel = { scale: [0.25, 0.5], zeroPoint: [0, 0], axis: 3 };
    const weight = builder.parameter('w', [1, 2, 1, 2], 'weight', 'int8', perChannel);
    const attributes = { strides: [1, 1], dilations: [1, 1], padding: noPadding, groups: 2 } as const;
    const output = { dtype: 'int8', scale: 1, zeroPoint: 7 } as const;
    const node = builder.node('quantized-conv2d', [input, weight], { ...attributes, output }, 'y');
    const stored = createTensor('int8', [1, 2, 1, 2], Int8Array.of(1, -2, 3, -4), perChannel);
    const network = { graph: builder.build([node]), weights: new Map<string, Tensor>([['w', stored]]) };
    const { tensors } = readModel(writeTflite(network));
    expect(tensors.find(({ name }) => name === 'w')).toMatchObject({
      shape: [1, 1, 2, 2],
      data: Uint8Array.of(1, 254, 3, 252),
      quantization: { scale: [0.25, 0.5], axis: 3 },
    });
    const image = createTensor('int8', [1, 2, 2, 2], Int8Array.of(9, 8, 7, 6, 5, 4, 3, 2), one);
    const { network: back } = readTflite(writeTflite(network), { arithmetic: 'integer' });
    expect(onlyOutput(back, image).data).toEqual(onlyOutput(network, image).data);
  });

  test('a weight with a scale for each channel behind uint8 makes int8 of it, and uint8 of the result', () => {
    const builder = new GraphBuilder('mixed');
    const bytes = { scale: [0.5], zeroPoint: [100] };
    const input = builder.input('x', [1, 2, 2, 2], 'uint8', bytes);
    const perChannel = { scale: [0.25, 0.5, 1], zeroPoint: [0, 0, 0], axis: 3 };
    const weight = builder.parameter('w', [1, 1, 2, 3], 'weight', 'int8', perChannel);
    const attributes = {
      strides: [1, 1],
      dilations: [1, 1],
      padding: { top: 0, bottom: 0, left: 0, right: 0 },
      groups: 1,
      output: { dtype: 'uint8', scale: 1, zeroPoint: 7 },
    } as const;
    const graph = builder.build([builder.node('quantized-conv2d', [input, weight], attributes, 'y')]);
    const weights = new Map<string, Tensor>([
      ['w', createTensor('int8', [1, 1, 2, 3], Int8Array.of(1, -2, 3, -4, 5, 6), perChannel)],
    ]);
    const { operators, inputs, outputs, tensors } = readModel(writeTflite({ graph, weights }));
    expect(operators.map(({ op }) => op)).toEqual(['QUANTIZE', 'CONV_2D', 'QUANTIZE']);
    expect([...inputs, ...outputs].map((index) => tensors[index]?.type)).toEqual(['uint8', 'uint8']);
  });
});

describe('what TFLite cannot express is refused by name', () => {
  test.each(refused)('%s', (name) => {
    const network = smallNetworks().find(([title]) => title === name)![1];
    const { op } = network.graph.nodes[0]!;
    expect(() => writeTflite(network)).toThrow(FormatError);
    expect(() => writeTflite(network)).toThrow(new RegExp(`^${op} ".*": TFLite has .*ONNX`));
  });

  test('a weight that the network computes', () => {
    const builder = new GraphBuilder('computed');
    const input = builder.input('x', [1, 4, 4, 1]);
    const weight = builder.node('relu', [builder.parameter('w', [1, 1, 1, 1], 'weight')], {}, 'computed');
    const graph = builder.build([builder.node('pointwise-conv2d', [input, weight], {}, 'conv')]);
    const network = { graph, weights: new Map([['w', float32Tensor([1, 1, 1, 1], [1])]]) };
    expect(() => writeTflite(network)).toThrow(
      'pointwise-conv2d "conv": the weight must be a parameter, but "computed" is computed by the network',
    );
  });

  test('a network without inputs', () => {
    const builder = new GraphBuilder('none');
    const graph = builder.build([builder.node('relu', [builder.parameter('c', [1], 'constant')], {})]);
    expect(() => writeTflite({ graph, weights: new Map([['c', float32Tensor([1], [1])]]) })).toThrow(
      'the network has no input, which a TFLite file needs',
    );
  });
});
