import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, printable } from './errors.js';

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
    await mkdir(folder, { recursive: true });
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
