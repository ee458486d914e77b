/**
 * @file Real models and their recorded results, which lie beside the repository in `../shared` and are not part of it.
 * Tests that need them say so in their title and are skipped where they are missing.
 */
import { existsSync, readFileSync } from 'node:fs';

const shared = new URL('../../../../shared/', import.meta.url);

/** Where a file or folder is, whether it is there or not. */
export function sharedPath(path: string): URL {
  return new URL(path, shared);
}

/** Whether a file or folder is there. */
export function hasShared(path: string): boolean {
  return existsSync(sharedPath(path));
}

export function readShared(path: string): Uint8Array {
  return new Uint8Array(readFileSync(sharedPath(path)));
}

/** A title for tests of `path`, which says so when they are skipped. */
export function sharedTitle(title: string, path: string): string {
  return hasShared(path) ? title : `${title} (skipped: ../shared/${path} is not there)`;
}
