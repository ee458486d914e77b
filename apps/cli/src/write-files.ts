import { existsSync } from 'node:fs';
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
 * The rule of every command that writes files which the user names: what is there stays, unless a flag says otherwise.
 * Asked before anything is computed.
 *
 * @param flag the command's; `decompose` forces layers with `--force`, and has another one for files.
 * @throws {DataError} naming the first file that is there already.
 */
export function refuseOverwriting(
  paths: readonly string[],
  { isForced, flag = '--force' }: { readonly isForced: boolean; readonly flag?: string },
): void {
  const path = isForced ? undefined : paths.find((one) => existsSync(one));
  if (path === undefined) return;
  throw new DataError(`"${printable(path)}" is there already; give another name, or ${flag} to overwrite it`);
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
