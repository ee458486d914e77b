import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DataError, printable } from './errors.js';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'a part of its path is a file, not a folder',
  ENAMETOOLONG: 'its name is too long',
};

/** Bytes that a file of a model or of weights may have: TFLite's own format ends at 2 GiB. */
export const maximumBytes = 2 ** 31 - 1;

/** What the system says of a file that cannot be read, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code !== undefined && reasons[code]) || printable(message);
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

/**
 * A file's bytes, refused before they are read when there are more than `limit`.
 *
 * @param what what the file is for, as the message should call it: `the image`.
 * @throws {DataError} naming the path as given and as resolved.
 */
export async function readBytes(path: string, what: string, limit: number): Promise<Uint8Array> {
  const label = `${what} "${printable(path)}"`;
  try {
    const file = await open(path, 'r');
    try {
      const stats = await file.stat();
      if (!stats.isFile()) {
        throw new DataError(`${label} cannot be read: it is not a regular file; give the path of one`);
      }
      if (stats.size > limit) {
        throw new DataError(
          `${label} has ${megabytes(stats.size)}, but at most ${megabytes(limit)} are read; is it the right file?`,
        );
      }
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const resolved = printable(resolve(path));
    const where = code === 'ENOENT' && resolved !== path ? ` (looked for ${resolved})` : '';
    throw new DataError(`${label} cannot be read: ${reasonOf(error)}${where}`, { cause: error });
  }
}
