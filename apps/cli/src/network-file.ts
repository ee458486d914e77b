import { basename } from 'node:path';
import {
  type Arithmetic,
  type ImportedNetwork,
  type InputShapes,
  type Inspection,
  inspectNetwork,
  OpenShapeError,
  readNetwork,
} from '@sepconv/formats';
import { SepconvError } from '@sepconv/tensor';
import { DataError, printable, withContext } from './errors.js';
import { filesBeside } from './external-data.js';
import { maximumBytes, readBytes } from './files.js';
import { askForShape } from './input-shapes.js';
import type { InspectedFile } from './reports/inspect.js';

/** What the command line says of a model file. */
export interface FileOptions {
  /** Shapes of inputs that the file leaves open. */
  readonly shapes?: InputShapes | undefined;
  /** What a quantized network is computed with. */
  readonly arithmetic?: Arithmetic;
  /** The node up to which the file is read. */
  readonly until?: string;
  /** Whether what cannot be read is left out, and named, instead of the file being refused. */
  readonly partial?: boolean;
}

/** Reads bytes that are a model file, with the files beside it that hold its weights. */
async function readNetworkBytes(
  path: string,
  bytes: Uint8Array,
  { shapes, arithmetic = 'float32', until, partial }: FileOptions,
): Promise<ImportedNetwork> {
  try {
    return await readNetwork(bytes, {
      fileName: basename(path),
      externalData: filesBeside(path),
      arithmetic,
      until,
      partial,
      ...(shapes !== undefined && { shapes }),
    });
  } catch (error) {
    if (!(error instanceof OpenShapeError)) throw error;
    throw new DataError(askForShape(error), { cause: error });
  }
}

/** Reads a model file; every message begins with its path. */
export async function readNetworkFile(path: string, options: FileOptions = {}): Promise<ImportedNetwork> {
  const bytes = await readBytes(path, 'the model', maximumBytes);
  return withContext(`the model "${printable(path)}" cannot be used`, () =>
    readNetworkBytes(path, bytes, options),
  );
}

/** Looks into a model file; whether a network can be read from it is tried where nothing speaks against it. */
export async function inspectNetworkFile(path: string, options: FileOptions = {}): Promise<InspectedFile> {
  const bytes = await readBytes(path, 'the model', maximumBytes);
  const fileName = basename(path);
  const inspection = await withContext(`the model "${printable(path)}" cannot be inspected`, () =>
    inspectNetwork(bytes, { fileName }),
  );
  const reading = await tryReading(inspection, () => readNetworkBytes(path, bytes, options));
  return { file: path, bytes: bytes.length, inspection, reading };
}

async function tryReading(
  { unsupported }: Inspection,
  read: () => Promise<unknown>,
): Promise<InspectedFile['reading']> {
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
