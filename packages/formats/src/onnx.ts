/** @file ONNX: model files read and inspected, with their layouts, open shapes and external data. */

import type { Inspection } from './inspection.js';

export { DamagedFileError, FormatError, OpenShapeError } from './errors.js';
export type { ExternalData } from './external-data.js';
export { toFileLayout, toGraphLayout } from './file-layout.js';
export type {
  ImportedInput,
  ImportedNetwork,
  ImportedOutput,
  ReadOptions,
  StoredQuantization,
} from './imported-network.js';
export type { Inspection } from './inspection.js';
export type { ModelMetadata, Resizing } from './metadata/metadata.js';
export type { OnnxOptions, OnnxTensor } from './onnx/import.js';
export type { Dimensions, InputShapes } from './onnx/input-shapes.js';
export type { ElementType } from './onnx/model.js';
export { type OnnxValueInfo, type OpenedOnnx, openOnnx } from './onnx/open.js';
export { readOnnx } from './onnx/read.js';
export { readOnnxTensor } from './onnx/tensor-file.js';

/** As {@link inspectNetwork} does for an ONNX file. */
export const inspectOnnx = async (bytes: Uint8Array): Promise<Inspection> =>
  (await import('./onnx/inspect.js')).inspectOnnx(bytes);
