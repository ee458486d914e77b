import { basename, dirname } from 'node:path';
import { formatOfName, formats } from '@sepconv/formats';
import type { Network } from '@sepconv/graph';
import { printable, UsageError, withContext } from './errors.js';
import { writtenEndings } from './model-formats.js';
import { checkWritable, writeFiles } from './write-files.js';

/** A file that was written. */
export interface WrittenFile {
  readonly file: string;
  readonly bytes: number;
}

const writerFor = (path: string) => {
  const format = formatOfName(path);
  return format && formats[format].write;
};

/**
 * Checks that a network made of `inputs` can be written under this name, before anything is computed. What is there is
 * replaced, as compilers do, but not a file that is read.
 *
 * @throws {UsageError} naming the formats that can be written, or the file.
 */
export async function checkNetworkPath(path: string, inputs: readonly string[]): Promise<void> {
  if (writerFor(path) === undefined) {
    throw new UsageError(`"${printable(path)}" must end in ${writtenEndings}: other formats are not written`);
  }
  await checkWritable(path, inputs);
}

/** Writes a network in the format of the path's ending, whole or not at all. */
export async function writeNetwork(path: string, network: Network): Promise<WrittenFile> {
  const write = writerFor(path) as NonNullable<ReturnType<typeof writerFor>>;
  const bytes = await withContext(`"${printable(path)}" cannot be written`, () => write(network));
  await writeFiles(dirname(path), new Map([[basename(path), bytes]]));
  return { file: path, bytes: bytes.length };
}
