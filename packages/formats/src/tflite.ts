/** @file TFLite (LiteRT): model files read and inspected, quantized ones as real numbers or with their integers. */
import type { Inspection } from './inspection.js';

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
export type { ModelMetadata, Resizing } from './metadata/metadata.js';
export type { TfliteOptions } from './tflite/import.js';
export { activationTable, requantizeTable } from './tflite/integer/activation-table.js';
export { clippedTo } from './tflite/integer/operands.js';
export { softmaxTable } from './tflite/integer/softmax.js';
export { readTflite } from './tflite/read.js';

/** As {@link inspectNetwork} does for a TFLite file. */
export const inspectTflite = async (bytes: Uint8Array): Promise<Inspection> =>
  (await import('./tflite/inspect.js')).inspectTflite(bytes);
