/** @file TFLite (LiteRT): model files read and inspected, quantized ones as real numbers or with their integers. */

export { DamagedFileError, FormatError } from './errors.js';
export type {
  Arithmetic,
  ImportedInput,
  ImportedNetwork,
  ImportedOutput,
  ReadOptions,
  StoredQuantization,
} from './imported-network.js';
export type { Inspection } from './inspection.js';
export type { TfliteOptions } from './tflite/import.js';
export { inspectTflite } from './tflite/inspect.js';
export { readTflite } from './tflite/read.js';
