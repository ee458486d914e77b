import { plainBytes } from './bytes.js';
import { describeForeignFile, detectFormat, isSafetensors } from './detect-format.js';
import { refuse } from './errors.js';
import type { InspectableFormat, Inspection } from './inspection.js';

/** Options of {@link inspectNetwork}. */
export interface InspectOptions {
  /** The file's name, for formats that only their ending tells apart. */
  readonly fileName?: string;
  /** The format, when it is known. Default: found from the bytes and the name. */
  readonly format?: InspectableFormat;
}

/**
 * Tells what a model file of any format holds, without importing it: also of files that use what this library cannot
 * read. What inspects a format is imported when it is needed.
 *
 * @throws {FormatError} when the format is unknown or the file damaged.
 *
 * @example
 * const { ops, unsupported } = await inspectNetwork(bytes, { fileName: 'model.onnx' });
 */
export async function inspectNetwork(
  bytes: Uint8Array,
  { fileName, format }: InspectOptions = {},
): Promise<Inspection> {
  if (plainBytes(bytes).length === 0) refuse('the file is empty');
  const found = format ?? (isSafetensors(bytes, fileName) ? 'safetensors' : detectFormat(bytes, fileName));
  switch (found) {
    case 'onnx':
      return (await import('./onnx/inspect.js')).inspectOnnx(bytes);
    case 'tflite':
      return (await import('./tflite/inspect.js')).inspectTflite(bytes);
    case 'tfjs':
      return (await import('./tfjs/inspect.js')).inspectTfjs(bytes);
    case 'safetensors':
      return (await import('./safetensors/inspect.js')).inspectSafetensors(bytes);
    case undefined:
      return refuse(
        describeForeignFile(bytes) ??
          `the format is not known: neither the first bytes nor the name ${JSON.stringify(fileName ?? '')} say which. ONNX, TFLite, TF.js (model.json) and safetensors files can be inspected`,
      );
  }
}
