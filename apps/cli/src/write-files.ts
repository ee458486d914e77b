import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DataError, printable } from './errors.js';

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

/**
 * Writes files into a folder, which is made if it is not there. Each is written under a temporary name and renamed once
 * all are complete and on the disk, so that no reader ever sees half of one.
 *
 * @throws {DataError} naming the folder and what the system said; nothing half-written is left.
 */
export async function writeFiles(
  folder: string,
  files: ReadonlyMap<string, Uint8Array | string>,
): Promise<void> {
  const pending = [...files].map(([name, content]) => {
    const path = join(folder, name);
    return { path, temporary: `${path}.${process.pid}.tmp`, content };
  });
  try {
    await makeFolder(resolve(folder));
    for (const { temporary, content } of pending) await writeFile(temporary, content, { flush: true });
    for (const { temporary, path } of pending) await rename(temporary, path);
  } catch (error) {
    await Promise.all(pending.map(({ temporary }) => rm(temporary, { force: true }).catch(() => {})));
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(
      `cannot write to "${printable(folder)}": ${printable(reason)}; give a folder that can be written`,
      { cause: error },
    );
  }
}
