import { entryOf } from './detect-format.js';
import { refuse } from './errors.js';
import type { FormatOptions } from './formats.js';
import type { ImportedNetwork } from './imported-network.js';
import type { Format } from './inspection.js';
import { expectOptions } from './options.js';

/** Options of {@link readNetwork}: every reader's together. */
export interface ReadNetworkOptions extends FormatOptions {
  /** The file's name, for formats that only their ending tells apart. */
  readonly fileName?: string;
  /** The format, when it is known. Default: {@link detectFormat} finds it. */
  readonly format?: Format;
}

/**
 * Reads a model file of any format. The reader is imported when it is needed, so that a bundle loads one of them.
 *
 * @param bytes the file. Weights may be views of it: leave them as they are as long as the network is used.
 *
 * @throws {FormatError} when the format is unknown or holds no network, or from the format's reader.
 *
 * @example
 * const { network } = await readNetwork(new Uint8Array(await file.arrayBuffer()), { fileName: file.name });
 */
export async function readNetwork(
  bytes: Uint8Array,
  options: ReadNetworkOptions = {},
): Promise<ImportedNetwork> {
  const { fileName, format, ...others } = expectOptions(options);
  const { title, read } = entryOf(bytes, format, fileName);
  return read?.(bytes, others) ?? refuse(`this is a ${title} file, which holds weights and no network`);
}
