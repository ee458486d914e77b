import { entryOf } from './detect-format.js';
import type { Format, Inspection } from './inspection.js';
import { expectOptions } from './options.js';

/** Options of {@link inspectNetwork}. */
export interface InspectOptions {
  /** The file's name, for formats that only their ending tells apart. */
  readonly fileName?: string;
  /** The format, when it is known. Default: {@link detectFormat} finds it. */
  readonly format?: Format;
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
export async function inspectNetwork(bytes: Uint8Array, options: InspectOptions = {}): Promise<Inspection> {
  const { fileName, format } = expectOptions(options);
  return entryOf(bytes, format, fileName).inspect(bytes);
}
