import { basename, dirname } from 'node:path';
import { printable, UsageError } from './errors.js';
import { formatBytes } from './reports/numbers.js';
import type { Terminal } from './terminal.js';
import { checkWritable, writeFiles } from './write-files.js';

/**
 * Checks before anything is computed that a report can be written under this name.
 *
 * @throws {UsageError} when it names no file, or one of `inputs`.
 */
export async function checkReportPath(path: string, inputs: readonly string[]): Promise<void> {
  const name = basename(path);
  if (path.trim() === '' || /[/\\]$/.test(path) || name === '.' || name === '..') {
    throw new UsageError(`--html needs the name of a file, such as report.html, not "${printable(path)}"`);
  }
  await checkWritable(path, inputs);
}

/**
 * Writes one report whole or not at all, and says so on stderr: stdout may be somebody's JSON.
 *
 * @throws {DataError} when the folder cannot be written.
 */
export async function writeReport(path: string, content: string, terminal: Terminal): Promise<void> {
  await writeFiles(dirname(path), new Map([[basename(path), content]]));
  terminal.err(`wrote ${printable(path)}, ${formatBytes(Buffer.byteLength(content))}\n`);
}
