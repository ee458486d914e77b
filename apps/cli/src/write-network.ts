import { basename, dirname, extname } from 'node:path';
import { writeOnnx } from '@sepconv/formats/onnx';
import { writeSafetensors } from '@sepconv/formats/safetensors';
import type { Network } from '@sepconv/graph';
import { printable, UsageError, withContext } from './errors.js';
import { checkWritable, writeFiles } from './write-files.js';

/** A file that was written. */
export interface WrittenFile {
  readonly file: string;
  readonly bytes: number;
}

const writers: Readonly<Record<string, (network: Network) => Uint8Array>> = {
  '.onnx': writeOnnx,
  '.safetensors': ({ weights }) => writeSafetensors(weights),
};

/**
 * Checks that a network made of `inputs` can be written under this name, before anything is computed. What is there is
 * replaced, as compilers do, but not a file that is read.
 *
 * @throws {UsageError} naming the formats that can be written, or the file.
 */
export async function checkNetworkPath(path: string, inputs: readonly string[]): Promise<void> {
  if (!(extname(path).toLowerCase() in writers)) {
    throw new UsageError(
      `"${printable(path)}" must end in .onnx, or in .safetensors for the weights alone: other formats are not written`,
    );
  }
  await checkWritable(path, inputs);
}

/** Writes a network in the format of the path's ending, whole or not at all. */
export async function writeNetwork(path: string, network: Network): Promise<WrittenFile> {
  const write = writers[extname(path).toLowerCase()] as (network: Network) => Uint8Array;
  const bytes = await withContext(`"${printable(path)}" cannot be written`, () => write(network));
  await writeFiles(dirname(path), new Map([[basename(path), bytes]]));
  return { file: path, bytes: bytes.length };
}
