import { formatShape, sameShape } from '@sepconv/tensor';
import { plainBytes } from './bytes.js';
import { describeForeignFile, detectFormat, type Format } from './detect-format.js';
import { quote, refuse } from './errors.js';
import type { ImportedNetwork } from './imported-network.js';
import type { OnnxOptions } from './onnx/import.js';
import { expectInputsNamed } from './stated-inputs.js';
import type { TfliteOptions } from './tflite/import.js';

/** Options of {@link readNetwork}: every reader's together. */
export interface ReadNetworkOptions extends OnnxOptions, TfliteOptions {
  /** The file's name, for formats that only their ending tells apart. */
  readonly fileName?: string;
  /** The format, when it is known. Default: {@link detectFormat} finds it. */
  readonly format?: Format;
}

/** What is said of inputs whose shapes the file fixes has to be true. */
function withFixedShapes(imported: ImportedNetwork, { shapes = {} }: OnnxOptions): ImportedNetwork {
  expectInputsNamed(
    shapes,
    imported.inputs.map(({ name }) => name),
  );
  for (const { name, shape } of imported.inputs) {
    const stated = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    if (stated !== undefined && !sameShape(shape, stated)) {
      refuse(
        `the file fixes the shape of the input ${quote(name)} as ${formatShape(shape)}; it cannot be ${formatShape(stated)}`,
      );
    }
  }
  return imported;
}

/**
 * Reads a model file of any format. The reader is imported when it is needed, so that a bundle loads one of them.
 *
 * @throws {FormatError} when the format is unknown, or from the format's reader.
 *
 * @example
 * const { network } = await readNetwork(new Uint8Array(await file.arrayBuffer()), { fileName: file.name });
 */
export async function readNetwork(
  bytes: Uint8Array,
  { fileName, format, ...options }: ReadNetworkOptions = {},
): Promise<ImportedNetwork> {
  if (plainBytes(bytes).length === 0) refuse('the file is empty');
  switch (format ?? detectFormat(bytes, fileName)) {
    case 'onnx':
      return (await import('./onnx/read.js')).readOnnx(bytes, options);
    case 'tflite':
      return withFixedShapes((await import('./tflite/read.js')).readTflite(bytes, options), options);
    case 'tfjs':
      return (await import('./tfjs/read.js')).readTfjsFile(bytes, options);
    case undefined:
      return refuse(
        describeForeignFile(bytes) ??
          `the format is not known: neither the first bytes nor the name ${JSON.stringify(fileName ?? '')} say which. ONNX, TFLite and TF.js (model.json) files can be read`,
      );
  }
}
