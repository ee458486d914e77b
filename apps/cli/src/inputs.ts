/** @file Which files a command reads, by what they are and not by what they are called. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { BigIntStats } from 'node:fs';

const inputs = new AsyncLocalStorage<Map<string, string>>();

/** Device and inode: the same through links, linked folders, and names in other letters. */
const identityOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`;

/** Runs a command that remembers what it reads. */
export const rememberingInputs = <T>(command: () => Promise<T>): Promise<T> => inputs.run(new Map(), command);

/** Remembers that this command reads a file. */
export function rememberInput(path: string, stats: BigIntStats): void {
  inputs.getStore()?.set(identityOf(stats), path);
}

/** The name under which this command read the file; undefined where it did not. */
export const inputNameOf = (stats: BigIntStats): string | undefined =>
  inputs.getStore()?.get(identityOf(stats));
