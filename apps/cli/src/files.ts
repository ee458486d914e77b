import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DataError, printable } from './errors.js';
import { rememberInput } from './inputs.js';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'a part of its path is a file, not a folder',
  ENAMETOOLONG: 'its name is too long',
  ENOSPC: 'there is no space left',
  EROFS: 'it is on a disk that is read-only',
  EPIPE: 'nobody reads it any more',
  ENXIO: 'it is a socket, or a device that is not there',
  ELOOP: 'its links lead in a circle',
};

/** Bytes that a file of a model or of weights may have: TFLite's own format ends at 2 GiB. */
export const maximumBytes = 2 ** 31 - 1;

/** What the system says of a file that cannot be read or written, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code !== undefined && reasons[code]) || printable(message ?? String(error));
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

/** How a file is read. */
export interface ReadOptions {
  /** Whether the command may write the file anew, as a training does with its checkpoint. Default false. */
  readonly mayReplace?: boolean;
}

/** How long a pipe is waited for until somebody opens it to write. */
const patienceMs = 2000;
const pieceBytes = 1 << 20;

/** The next bytes; undefined at the end. Where a pipe has none yet, waits for them, but not for somebody to write them. */
async function readPiece(file: FileHandle, piece: Uint8Array, mayWait: () => boolean): Promise<number> {
  for (;;) {
    try {
      const { bytesRead } = await file.read(piece, 0, piece.length, null);
      if (bytesRead > 0 || !mayWait()) return bytesRead;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
    await pause(5);
  }
}

/** A pipe's bytes, up to its end. */
async function readPipe(file: FileHandle, label: string, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const began = Date.now();
  const mayWait = (): boolean => bytes === 0 && Date.now() - began < patienceMs;
  for (;;) {
    const piece = new Uint8Array(pieceBytes);
    const count = await readPiece(file, piece, mayWait);
    if (count === 0) break;
    pieces.push(piece.slice(0, count));
    bytes += count;
    if (bytes > limit) {
      throw new DataError(
        `${label} has more than ${megabytes(limit)}, and no more are read; is it the right file?`,
      );
    }
  }
  if (bytes === 0) throw new DataError(`${label} cannot be read: it is a pipe into which nobody writes`);
  return Buffer.concat(pieces, bytes);
}

/**
 * A file's or a pipe's bytes; no more than `limit` are read.
 *
 * @param what what the file is for, as the message should call it: `the image`.
 * @throws {DataError} naming the path as given and as resolved.
 */
export async function readBytes(
  path: string,
  what: string,
  limit: number,
  { mayReplace = false }: ReadOptions = {},
): Promise<Uint8Array> {
  const label = `${what} "${printable(path)}"`;
  try {
    // Opening a pipe would wait for ever where nobody writes into it.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await file.stat({ bigint: true });
      if (stats.isFIFO()) return await readPipe(file, label, limit);
      if (!stats.isFile()) {
        const isIt = stats.isDirectory() ? 'it is a folder, and ' : '';
        throw new DataError(`${label} cannot be read: ${isIt}it is not a regular file; give the path of one`);
      }
      if (stats.size > BigInt(limit)) {
        throw new DataError(
          `${label} has ${megabytes(Number(stats.size))}, but at most ${megabytes(limit)} are read; is it the right file?`,
        );
      }
      if (!mayReplace) rememberInput(path, stats);
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
