/** @file One small network of element-wise nodes as a file of each format, for tests of what is recognized in all of them. */

import { runReference } from '@sepconv/reference';
import { float32Tensor } from '@sepconv/tensor';
import type { ImportedNetwork } from '../src/imported-network.js';
import { onnxFile, testNode } from './onnx-file.js';
import { readOnnx, readTfjs, readTflite } from './read-now.js';
import { weightsOf } from './tfjs-file.js';
import { tfliteFile } from './tflite-file.js';

/** The ops' names in ONNX and TF.js, and TFLite's code. */
const ops = {
  max: ['Max', 'Maximum', 55],
  min: ['Min', 'Minimum', 57],
  mul: ['Mul', 'Mul', 18],
  add: ['Add', 'AddV2', 0],
  div: ['Div', 'RealDiv', 42],
} as const;

/** `output = op(a, b)`. */
export type ElementwiseNode = readonly [op: keyof typeof ops, a: string, b: string, output: string];

/** Nodes that make `y` of `x`, which has `shape`, and of vectors of constants; one number is a scalar. */
export interface ElementwiseModel {
  readonly nodes: readonly ElementwiseNode[];
  readonly shape: readonly number[];
  readonly constants: Readonly<Record<string, readonly number[]>>;
}

const shapeOf = (numbers: readonly number[]): number[] => (numbers.length === 1 ? [] : [numbers.length]);

function asOnnx({ nodes, shape, constants }: ElementwiseModel): ImportedNetwork {
  const initializers = Object.fromEntries(
    Object.entries(constants).map(([name, floats]) => [name, { dims: shapeOf(floats), floats }]),
  );
  const written = nodes.map(([op, a, b, output]) => testNode(ops[op][0], [a, b], output));
  return readOnnx(onnxFile({ nodes: written, initializers, inputs: { x: shape }, outputs: ['y'] }));
}

function asTflite({ nodes, shape, constants }: ElementwiseModel): ImportedNetwork {
  const tensors = [
    { name: 'x', shape },
    ...Object.entries(constants).map(([name, numbers]) => ({
      name,
      shape: shapeOf(numbers),
      data: Float32Array.from(numbers),
    })),
    ...nodes.map(([, , , name]) => ({ name, shape })),
  ];
  const at = (name: string): number => tensors.findIndex((tensor) => tensor.name === name);
  const operators = nodes.map(([op, a, b, output]) => ({
    code: ops[op][2],
    inputs: [at(a), at(b)],
    outputs: [at(output)],
  }));
  return readTflite(tfliteFile({ tensors, operators, inputs: [0], outputs: [at('y')] }));
}

function asTfjs({ nodes, shape, constants }: ElementwiseModel): ImportedNetwork {
  const { manifest, shards } = weightsOf(
    Object.entries(constants).map(([name, numbers]) => ({ name, shape: shapeOf(numbers) })),
  );
  const numbers = Float32Array.from(Object.values(constants).flat());
  for (const shard of shards.values()) shard.set(new Uint8Array(numbers.buffer));
  const dim = shape.map((size) => ({ size: String(size) }));
  const node = [
    { name: 'x', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim } } } },
    ...Object.keys(constants).map((name) => ({ name, op: 'Const' })),
    ...nodes.map(([op, a, b, name]) => ({ name, op: ops[op][1], input: [a, b] })),
  ];
  const model = { format: 'graph-model', modelTopology: { node }, weightsManifest: manifest };
  return readTfjs({ model, shards });
}

/** The model as each format has it. */
export const elementwiseFormats: readonly (readonly [
  format: string,
  read: (model: ElementwiseModel) => ImportedNetwork,
])[] = [
  ['ONNX', asOnnx],
  ['TFLite', asTflite],
  ['TF.js', asTfjs],
];

/** The ops of an imported network. */
export const opsOf = ({ network }: ImportedNetwork): string[] => network.graph.nodes.map(({ op }) => op);

/** What an imported network makes of these numbers. */
export function run({ network, inputs, outputs }: ImportedNetwork, numbers: readonly number[]): number[] {
  const [input] = network.graph.inputs;
  const given = float32Tensor(input?.shape ?? [], numbers);
  const results = runReference(network, new Map([[inputs[0]?.name ?? '', given]]));
  return [...(results.get(outputs[0]?.name ?? '')?.data ?? [])];
}
