/** @file Readers for tests that do not wait: with all that the packages' own load where a file needs it. */
import { plainBytes } from '../src/bytes.js';
import type { ImportedNetwork } from '../src/imported-network.js';
import { metadataOf } from '../src/metadata/properties.js';
import type { OnnxOptions } from '../src/onnx/import.js';
import { readModel as readOnnxModel } from '../src/onnx/model.js';
import { type OpenedOnnx, openedModel } from '../src/onnx/open.js';
import { allReaders } from '../src/onnx/ops/registry.js';
import { expectOptions } from '../src/options.js';
import { importGraph } from '../src/tfjs/graph/import.js';
import type { TfjsOptions } from '../src/tfjs/input-shape.js';
import { importKeras } from '../src/tfjs/layers/import.js';
import { isGraphModel, type TfjsParts } from '../src/tfjs/parts.js';
import { importOpened, openParts } from '../src/tfjs/read.js';
import { importModel, type TfliteOptions } from '../src/tflite/import.js';
import { integerReaders } from '../src/tflite/integer/registry.js';
import { readMetadata } from '../src/tflite/metadata.js';
import { readModel } from '../src/tflite/model.js';
import { floatReaders } from '../src/tflite/ops/registry.js';

/** As `readTflite`, at once. */
export function readTflite(bytes: Uint8Array, options: TfliteOptions = {}): ImportedNetwork {
  const { arithmetic = 'float32' } = expectOptions(options);
  const metadata = readMetadata;
  const readers = {
    ...floatReaders,
    metadata,
    ...(arithmetic !== 'float32' && { integers: integerReaders }),
  };
  return importModel(readModel(plainBytes(bytes)), bytes.length, options, readers).imported;
}

/** As `openOnnx`, at once. */
export const openOnnx = (bytes: Uint8Array): OpenedOnnx =>
  openedModel(readOnnxModel(plainBytes(bytes)), bytes.length, { ...allReaders, metadata: metadataOf });

/** As `readOnnx`, at once. */
export const readOnnx = (bytes: Uint8Array, options: OnnxOptions = {}): ImportedNetwork =>
  openOnnx(bytes).bind(options);

/** As `readTfjs`, at once. */
export function readTfjs(parts: TfjsParts, options: TfjsOptions = {}): ImportedNetwork {
  const opened = openParts(parts);
  expectOptions(options);
  return importOpened(opened, options, isGraphModel(opened.json) ? importGraph : importKeras);
}

export { inspectOnnx } from '../src/onnx/inspect.js';
export { inspectTfjs } from '../src/tfjs/inspect.js';
export { inspectTflite } from '../src/tflite/inspect.js';
