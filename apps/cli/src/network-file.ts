import { basename } from 'node:path';
import { type ImportedNetwork, type Inspection, inspectNetwork, readNetwork } from '@sepconv/formats';
import { SepconvError } from '@sepconv/tensor';
import { printable, withContext } from './errors.js';
import { readBytes } from './files.js';
import type { InspectedFile } from './reports/inspect.js';

/** Bytes that a model file may have: TFLite's own format ends at 2 GiB. */
const maximumBytes = 2 ** 31 - 1;

/** Reads a model file; every message begins with its path. */
export async function readNetworkFile(path: string): Promise<ImportedNetwork> {
  const bytes = await readBytes(path, 'the model', maximumBytes);
  return withContext(`the model "${printable(path)}" cannot be used`, () =>
    readNetwork(bytes, { fileName: basename(path) }),
  );
}

/** Looks into a model file; whether a network can be read from it is tried where nothing speaks against it. */
export async function inspectNetworkFile(path: string): Promise<InspectedFile> {
  const bytes = await readBytes(path, 'the model', maximumBytes);
  const fileName = basename(path);
  const inspection = await withContext(`the model "${printable(path)}" cannot be inspected`, () =>
    inspectNetwork(bytes, { fileName }),
  );
  const reading = await tryReading(inspection, () => readNetwork(bytes, { fileName }));
  return { file: path, bytes: bytes.length, inspection, reading };
}

async function tryReading(
  { format, unsupported }: Inspection,
  read: () => Promise<unknown>,
): Promise<InspectedFile['reading']> {
  if (format === 'safetensors') return { ok: false, why: 'the file holds weights and no network' };
  const [part] = unsupported;
  if (part !== undefined) return { ok: false, why: `it has ${part.what}: ${part.why}` };
  try {
    await read();
    return { ok: true, why: null };
  } catch (error) {
    if (error instanceof SepconvError) return { ok: false, why: error.message };
    throw error;
  }
}
