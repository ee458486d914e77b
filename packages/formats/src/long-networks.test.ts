/** @file Networks tens of thousands of layers long, and files nested as deeply: they are read, or refused by a typed error. */

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, test } from 'vitest';
import { onnxFile, testNode } from '../test/onnx-file.js';
import { inspectOnnx, inspectTfjs, inspectTflite, readOnnx, readTfjs, readTflite } from '../test/read-now.js';
import { layer } from '../test/tfjs-file.js';
import { tfliteFile } from '../test/tflite-file.js';
import { FormatError } from './errors.js';
import type { TfjsParts } from './tfjs.js';

const count = 20_000;
const upTo = Array.from({ length: count }, (_, i) => i);
const shards = new Map<string, Uint8Array>();

const onnx = (): Uint8Array =>
  onnxFile({
    nodes: upTo.map((i) => testNode('Sigmoid', `v${i}`, `v${i + 1}`)),
    inputs: { v0: [1, 4] },
    outputs: [`v${count}`],
  });

const tflite = (): Uint8Array =>
  tfliteFile({
    tensors: [...upTo, count].map((i) => ({ name: `v${i}`, shape: [1, 4] })),
    // LOGISTIC
    operators: upTo.map((i) => ({ code: 14, inputs: [i], outputs: [i + 1] })),
    inputs: [0],
    outputs: [count],
  });

/** The nodes of a graph model may stand in any order: here the last comes first. */
function tfjsGraph(): TfjsParts {
  const dim = ['1', '4'].map((size) => ({ size }));
  const input = {
    name: 'v0',
    op: 'Placeholder',
    attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim } } },
  };
  const node = [
    ...upTo.map((i) => ({ name: `v${i + 1}`, op: 'Sigmoid', input: [`v${i}`] })).reverse(),
    input,
  ];
  return { model: { format: 'graph-model', modelTopology: { node }, weightsManifest: [] }, shards };
}

function tfjsLayers(): TfjsParts {
  const layers = [
    layer('InputLayer', 'v0', [], { batch_input_shape: [null, 4] }),
    ...upTo.map((i) => layer('Activation', `v${i + 1}`, [`v${i}`], { activation: 'sigmoid' })).reverse(),
  ];
  const config = { name: 'long', layers, input_layers: [['v0', 0, 0]], output_layers: [[`v${count}`, 0, 0]] };
  const modelTopology = { model_config: { class_name: 'Functional', config } };
  return { model: { modelTopology, weightsManifest: [] }, shards };
}

const files = {
  ONNX: [onnx, readOnnx, inspectOnnx],
  TFLite: [tflite, readTflite, inspectTflite],
  'TF.js graph': [tfjsGraph, readTfjs, ({ model }: TfjsParts) => inspectTfjs(model)],
  'TF.js layers': [tfjsLayers, readTfjs, ({ model }: TfjsParts) => inspectTfjs(model)],
} as const;

describe.each(Object.keys(files) as (keyof typeof files)[])('%s', (format) => {
  test(`${count} layers in a chain are read and inspected`, () => {
    const [make, read, inspect] = files[format];
    const file = make() as never;
    expect(read(file).network.graph.nodes).toHaveLength(count);
    expect(inspect(file).unsupported).toEqual([]);
  });
});

const depth = 100_000;

/** One message inside another, by the fields' numbers from the outside in, over and over. */
function nested(fields: readonly number[]): Uint8Array {
  const tags: Uint8Array[] = [];
  let size = 0;
  for (let i = depth * fields.length - 1; i >= 0; i--) {
    const field = fields[i % fields.length] as number;
    const tag = new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(size).finish();
    tags.push(tag);
    size += tag.length;
  }
  return inGraph(Buffer.concat(tags.reverse()));
}

/** The bytes as the content of ModelProto.graph. */
const inGraph = (content: Uint8Array): Uint8Array =>
  new BinaryWriter().tag(7, WireType.LengthDelimited).bytes(content).finish();

/** Groups, an older way to nest, which a reader can only skip by reading them. */
function groups(): Uint8Array {
  const writer = new BinaryWriter();
  for (let i = 0; i < depth; i++) writer.tag(99, WireType.StartGroup);
  for (let i = 0; i < depth; i++) writer.tag(99, WireType.EndGroup);
  return inGraph(writer.finish());
}

test.each([
  // GraphProto.node, NodeProto.attribute, AttributeProto.g
  ['graphs inside graphs', () => nested([1, 5, 6])],
  // ValueInfoProto.type of GraphProto.input, TypeProto.sequence_type, its elem_type
  ['sequences of sequences', () => nested([11, 2, 4, 1])],
  ['groups inside groups', groups],
])('an ONNX file with %s is refused', (_, make) => {
  const file = make();
  expect(() => readOnnx(file)).toThrow(FormatError);
  try {
    inspectOnnx(file);
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
  }
});

test('a TFLite file whose tables all point to one another is refused', () => {
  const file = tflite().slice();
  const view = new DataView(file.buffer);
  // Every offset that points forward points back to the root table, where a table reads as a vector and the other way round.
  const root = view.getUint32(0, true);
  for (let at = 8; at + 4 <= Math.min(file.length, 4096); at += 4) {
    const target = at + view.getUint32(at, true);
    if (target < file.length && target > at + 4) view.setUint32(at, root - at, true);
  }
  for (const read of [readTflite, inspectTflite]) expect(() => read(file)).toThrow(FormatError);
});
