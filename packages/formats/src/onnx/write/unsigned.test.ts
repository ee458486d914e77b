import { GraphBuilder, type Network, noPadding, validateNetwork } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { withUnsignedBytes } from './unsigned.js';

const window = { strides: [1, 1], dilations: [1, 1], padding: noPadding, groups: 1 } as const;

/** A convolution of int8 with a clamp, a table, a border, a sum and another meaning behind it. */
function network(largest: number): Network {
  const builder = new GraphBuilder('signed');
  const one = { scale: [0.5], zeroPoint: [-5] };
  const input = builder.input('x', [1, 4, 4, 3], 'int8', one);
  const weight = builder.parameter('w', [1, 1, 3, 2], 'weight', 'int8', { scale: [0.25], zeroPoint: [0] });
  const table = builder.parameter('t', [256], 'constant', 'int8', one);
  const output = { dtype: 'int8', scale: 0.5, zeroPoint: -5, min: -5, max: 90 } as const;
  const conv = builder.node('quantized-conv2d', [input, weight], { ...window, output }, 'conv');
  const looked = builder.node('lookup', [conv, table], {}, 'looked');
  const border = { before: [0, 1, 0, 0], after: [0, 0, 1, 0], value: -5 };
  const padded = builder.node('pad', [looked], border, 'padded');
  const sum = builder.node('quantized-add', [padded, padded], { output: { ...output, scale: 1 } }, 'sum');
  const graph = builder.build([sum, conv]);
  const entries = Int8Array.from({ length: 256 }, (_, i) => 127 - i);
  return {
    graph,
    weights: new Map<string, Tensor>([
      ['w', createTensor('int8', [1, 1, 3, 2], Int8Array.of(largest, -3, largest, 4, -7, 5))],
      ['t', createTensor('int8', [256], entries, one)],
    ]),
  };
}

describe('int8 as uint8', () => {
  test('is the same numbers, with inputs and outputs as they were', () => {
    const signed = network(100);
    const unsigned = withUnsignedBytes(signed);
    const types = validateNetwork(unsigned);
    const inside = unsigned.graph.nodes.filter(({ op }) => !op.endsWith('quantize'));
    for (const { outputs } of inside) expect(types.get(outputs[0] as string)?.dtype).toBe('uint8');
    expect(unsigned.graph.inputs).toEqual(signed.graph.inputs);
    expect(unsigned.graph.outputs).toEqual(signed.graph.outputs);
    const random = createRandom(3);
    const data = Int8Array.from({ length: 48 }, () => random.integer(256) - 128);
    const image = createTensor('int8', [1, 4, 4, 3], data, { scale: [0.5], zeroPoint: [-5] }) as Tensor;
    const [before, after] = [signed, unsigned].map(
      (each) => runReference(each, new Map([['x', image]])) as ReadonlyMap<string, Tensor>,
    );
    expect([...before!.keys()]).toEqual(['sum', 'conv']);
    for (const [name, tensor] of before!) expect(after!.get(name)?.data).toEqual(tensor.data);
  });

  test('is what a product of int8 by uint8 becomes, which onnxruntime has not', () => {
    const signed = network(3);
    const parameters = signed.graph.parameters.map((parameter) =>
      parameter.name === 'w' ? ({ ...parameter, dtype: 'uint8' } as const) : parameter,
    );
    const weight = createTensor('uint8', [1, 1, 3, 2], Uint8Array.of(1, 2, 3, 4, 5, 6)) as Tensor;
    const mixed = {
      graph: { ...signed.graph, parameters },
      weights: new Map([...signed.weights, ['w', weight]]),
    };
    const unsigned = withUnsignedBytes(mixed);
    expect(validateNetwork(unsigned).get('conv/unsigned')?.dtype).toBe('uint8');
    expect(unsigned.weights.get('w')).toEqual(weight);
  });

  test('is left alone where no pair of products leaves 16 bits', () => {
    // 64 + 64 = 128, and 255 · 128 < 2¹⁵.
    expect(withUnsignedBytes(network(64)).graph.parameters[0]?.dtype).toBe('int8');
    expect(withUnsignedBytes(network(65)).graph.parameters[0]?.dtype).toBe('uint8');
  });
});
