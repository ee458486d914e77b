import { basename } from 'node:path';
import { type ImportedNetwork, readNetwork } from '@sepconv/formats';
import { printable, withContext } from './errors.js';
import { readBytes } from './files.js';

/** Bytes that a model file may have: TFLite's own format ends at 2 GiB. */
const maximumBytes = 2 ** 31 - 1;

/** Reads a model file; every message begins with its path. */
export async function readNetworkFile(path: string): Promise<ImportedNetwork> {
  const bytes = await readBytes(path, 'the model', maximumBytes);
  return withContext(`the model "${printable(path)}" cannot be used`, () =>
    readNetwork(bytes, { fileName: basename(path) }),
  );
}
