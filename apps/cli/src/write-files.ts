/** @file The one writer of files: whole or not at all, and never over what the command reads. */
import { type BigIntStats, constants } from 'node:fs';
import {
  access,
  chmod,
  type FileHandle,
  lstat,
  mkdir,
  open,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DataError, printable, UsageError } from './errors.js';
import { reasonOf } from './files.js';
import { inputNameOf } from './inputs.js';
import { withTemporary } from './signals.js';

type Content = Uint8Array | string;

/** A regular file to be, by way of a temporary one. */
interface FileTarget {
  readonly kind: 'file';
  readonly path: string;
  readonly temporary: string;
  /** Permissions of the file that is replaced. */
  readonly mode?: number;
}

/** Where a content goes. */
type Target = FileTarget | { readonly kind: 'stream'; readonly path: string; readonly isPipe: boolean };

/** Makes a folder and those above it. Node's own way never ends where the system refuses, as below /proc. */
async function makeFolder(path: string): Promise<void> {
  const make = (): Promise<void> =>
    mkdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  try {
    await make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await make();
  }
}

/** What `look` finds at a path, or undefined where there is nothing. */
async function found(look: Promise<BigIntStats>): Promise<BigIntStats | undefined> {
  try {
    return await look;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

const fileAt = (path: string): FileTarget => ({
  kind: 'file',
  path,
  temporary: `${path}.${process.pid}.tmp`,
});

/** Checks that a file may be written under this name, and says where it goes: a link's file is replaced, not the link. */
async function targetOf(path: string): Promise<Target> {
  const stats = await found(stat(path, { bigint: true }));
  if (stats === undefined) {
    if ((await found(lstat(path, { bigint: true })))?.isSymbolicLink()) {
      throw new DataError(`"${printable(path)}" is a link to nothing: remove it, or give another name`);
    }
    const folder = await realpath(dirname(path)).catch(() => dirname(path));
    return fileAt(join(folder, basename(path)));
  }
  const input = inputNameOf(stats);
  if (input !== undefined) {
    const same = resolve(input) === resolve(path) ? '' : `, being the same file as "${printable(input)}"`;
    throw new UsageError(`"${printable(path)}" is the file to read${same}: give the new one another name`);
  }
  if (stats.isDirectory()) {
    throw new Error(`"${basename(path)}" is a folder`);
  }
  if (stats.isFIFO() || stats.isCharacterDevice()) return { kind: 'stream', path, isPipe: stats.isFIFO() };
  if (!stats.isFile()) {
    throw new DataError(`"${printable(path)}" is neither a file nor a stream: give another name`);
  }
  await access(path, constants.W_OK);
  return { ...fileAt(await realpath(path)), mode: Number(stats.mode & 0o777n) };
}

/** Opens a stream; a pipe that nobody reads is refused instead of waited for. */
async function openStream(path: string, isPipe: boolean): Promise<FileHandle> {
  if (!isPipe) return open(path, constants.O_WRONLY);
  const probe = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    return await open(path, constants.O_WRONLY);
  } finally {
    await probe.close();
  }
}

async function writeStream(path: string, isPipe: boolean, content: Content): Promise<void> {
  const stream = await openStream(path, isPipe);
  try {
    await stream.writeFile(content);
  } finally {
    await stream.close();
  }
}

/** Writes to the temporary name, which must not be there: a link that somebody put there would be followed. */
async function writeTemporary(target: FileTarget, content: Content): Promise<void> {
  await rm(target.temporary, { force: true });
  await writeFile(target.temporary, content, { flag: 'wx', flush: true });
  if (target.mode !== undefined) await chmod(target.temporary, target.mode);
}

async function writeAll(pending: readonly (readonly [Target, Content])[]): Promise<void> {
  const files = pending.flatMap(([target]) => (target.kind === 'file' ? [target] : []));
  const temporary = files.map((file) => file.temporary);
  if (new Set(temporary).size < files.length) {
    throw new UsageError('two of the files to write are the same: give them different names');
  }
  await withTemporary(temporary, async () => {
    try {
      for (const [target, content] of pending) {
        if (target.kind === 'file') await writeTemporary(target, content);
      }
      for (const [target, content] of pending) {
        if (target.kind === 'stream') await writeStream(target.path, target.isPipe, content);
      }
      for (const file of files) await rename(file.temporary, file.path);
    } catch (error) {
      await Promise.all(temporary.map((path) => rm(path, { force: true }).catch(() => {})));
      throw error;
    }
  });
}

/** The system's refusal as a sentence; ours are sentences already. */
function asDataError(error: unknown, where: string): Error {
  if (error instanceof DataError || error instanceof UsageError) return error;
  const isUnread = (error as NodeJS.ErrnoException).code === 'ENXIO';
  const reason = isUnread ? 'it is a pipe or socket that nobody reads' : reasonOf(error);
  return new DataError(
    `cannot write to "${printable(where)}": ${reason}; give a folder that can be written`,
    { cause: error },
  );
}

/**
 * Writes files into a folder, which is made if it is not there. Each is written under a temporary name and renamed once
 * all are complete and on the disk, so that no reader ever sees half of one; a signal removes what is not complete. What
 * is there is replaced and keeps its permissions; a link to a file stays one; a pipe or a device is written to.
 *
 * @throws {DataError} naming the folder and what the system said; nothing half-written is left.
 * @throws {UsageError} when one of them is a file that this command has read, under whatever name.
 */
export async function writeFiles(folder: string, files: ReadonlyMap<string, Content>): Promise<void> {
  try {
    await makeFolder(resolve(folder));
    const pending: (readonly [Target, Content])[] = [];
    for (const [name, content] of files) pending.push([await targetOf(join(folder, name)), content]);
    await writeAll(pending);
  } catch (error) {
    throw asDataError(error, folder);
  }
}

/**
 * Checks before anything is computed that a file can be written there; what only shows later, the writer says.
 *
 * @throws {DataError | UsageError} as {@link writeFiles} does.
 */
export async function checkWritable(path: string, inputs: readonly string[] = []): Promise<void> {
  const stats = await found(stat(path, { bigint: true })).catch(() => undefined);
  if (stats === undefined) return;
  for (const input of inputs) {
    const other = await found(stat(input, { bigint: true })).catch(() => undefined);
    if (other === undefined || other.dev !== stats.dev || other.ino !== stats.ino) continue;
    throw new UsageError(`"${printable(path)}" is the file to read: give the new one another name`);
  }
  await targetOf(path).catch((error) => {
    throw asDataError(error, dirname(path));
  });
}
