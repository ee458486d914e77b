/**
 * @file What another runtime computed, value by value: a folder or a ZIP (`.npz` is one) of `.npy` files, each called after
 * its value, or one JSON document. A `/` in a name is a folder or `%2F`.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createTensor, elementCount, type Tensor } from '@sepconv/tensor';
import { unzipSync } from 'fflate';
import { DataError, printable } from '../errors.js';
import { maximumBytes, readBytes, reasonOf } from '../files.js';
import { readNpy } from './npy.js';

/** A dump's values by their names. */
export type Dump = ReadonlyMap<string, Tensor<'float64'>>;

const ending = '.npy';

/** The value that a file is about. */
function valueName(path: string): string {
  const name = path.slice(0, -ending.length).replaceAll('\\', '/');
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a % that stands for itself
  }
}

async function readFolder(path: string): Promise<Map<string, Tensor<'float64'>>> {
  const entries = await readdir(path, { recursive: true });
  const values = new Map<string, Tensor<'float64'>>();
  for (const entry of entries.filter((name) => name.endsWith(ending)).toSorted()) {
    const bytes = await readBytes(join(path, entry), "the dump's file", maximumBytes);
    values.set(valueName(entry), readNpy(bytes, `the dump's file "${printable(entry)}"`));
  }
  return values;
}

function readZip(bytes: Uint8Array, path: string): Map<string, Tensor<'float64'>> {
  let size = 0;
  const filter = ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
    if (!name.endsWith(ending)) return false;
    size += originalSize;
    if (size > maximumBytes) {
      throw new DataError(`the dump "${printable(path)}" unpacks to more than ${maximumBytes} bytes`);
    }
    return true;
  };
  try {
    const files = Object.entries(unzipSync(bytes, { filter }));
    return new Map(
      files.map(([name, file]) => [valueName(name), readNpy(file, `the dump's file "${printable(name)}"`)]),
    );
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`the dump "${printable(path)}" is a damaged ZIP: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

const isNumbers = (list: unknown): list is number[] =>
  Array.isArray(list) && list.every((item) => typeof item === 'number');

function readJson(bytes: Uint8Array, path: string): Map<string, Tensor<'float64'>> {
  const label = `the dump "${printable(path)}"`;
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new DataError(`${label} is neither a folder, a ZIP nor JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new DataError(`${label} must be an object: {"value": {"shape": [1, 3], "data": [1, 2, 3]}}`);
  }
  return new Map(
    Object.entries(document).map(([name, value]) => {
      const { shape, data } = (value ?? {}) as { shape?: unknown; data?: unknown };
      const isShape = isNumbers(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
      if (!isShape || !isNumbers(data) || elementCount(shape) !== data.length) {
        throw new DataError(
          `${label}: "${printable(name)}" must have a shape and as many numbers in data as that says: {"shape": [1, 3], "data": [1, 2, 3]}`,
        );
      }
      return [name, createTensor('float64', shape, Float64Array.from(data))];
    }),
  );
}

/**
 * Reads a dump.
 *
 * @throws {DataError} when it is not there, damaged, or has no value.
 */
export async function readDump(path: string): Promise<Dump> {
  const label = `the dump "${printable(path)}"`;
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    (error) => {
      throw new DataError(`${label} cannot be read: ${reasonOf(error)}`, { cause: error });
    },
  );
  let values: Dump;
  if (isFolder) values = await readFolder(path);
  else {
    const bytes = await readBytes(path, 'the dump', maximumBytes);
    const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
    values = isZip ? readZip(bytes, path) : readJson(bytes, path);
  }
  if (values.size === 0)
    throw new DataError(`${label} has no .npy file in it, so there is nothing to compare with`);
  return values;
}
