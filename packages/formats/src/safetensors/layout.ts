/** @file The header of a safetensors file, checked against the file before anything is decoded. */
import { maxRank } from '../budget.js';
import { plainBytes } from '../bytes.js';
import { quote, refuse } from '../errors.js';
import { refuseForeign } from '../foreign-files.js';
import { isObject, type Json, parseJson } from '../json.js';

/** The format's own limit. */
const maxHeaderBytes = 100_000_000;

/** The entry that is no tensor. */
export const metadataKey = '__metadata__';

/** A place in the header. */
export interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readHeader(bytes: Uint8Array): { header: { readonly [key: string]: Json }; dataStart: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 10) {
    refuse(
      `this is no safetensors file: it has ${bytes.length} bytes, and needs 8 for a length and 2 for a header`,
    );
  }
  const length = Number(view.getBigUint64(0, true));
  if (length > bytes.length - 8 || length > maxHeaderBytes) {
    refuse(
      `this is no safetensors file, or it is cut off: the header should have ${length} bytes, but ${bytes.length - 8} follow`,
    );
  }
  const header = parseJson(bytes.subarray(8, 8 + length), 'the safetensors header');
  if (!isObject(header)) refuse('the safetensors header must be a JSON object');
  return { header, dataStart: 8 + length };
}

const isSize = (value: Json | undefined): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

function readEntry(name: string, value: Json): Entry {
  if (!isObject(value)) refuse(`the tensor ${quote(name)} is described by no object`);
  const { dtype, shape, data_offsets: offsets } = value;
  const [begin, end] = Array.isArray(offsets) ? (offsets as readonly Json[]) : [];
  if (typeof dtype !== 'string' || !Array.isArray(shape) || !isSize(begin) || !isSize(end)) {
    refuse(`the tensor ${quote(name)} needs dtype, shape and data_offsets [begin, end]`);
  }
  if (shape.length > maxRank || !shape.every(isSize)) {
    refuse(`the tensor ${quote(name)} needs a shape of at most ${maxRank} integers`);
  }
  return { name, dtype, shape: shape as readonly number[], begin, end };
}

/** The tensors must fill the data without a gap and without an overlap, so that nothing is hidden or shared. */
function checkPlaces(entries: readonly Entry[], dataBytes: number): void {
  let place = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== place || end < begin) {
      refuse(`the data of the tensor ${quote(name)} is at ${begin} to ${end}, but should begin at ${place}`);
    }
    place = end;
  }
  if (place !== dataBytes) refuse(`the tensors have ${place} bytes of data, but the file has ${dataBytes}`);
}

function readMetadata(value: Json | undefined): ReadonlyMap<string, string> {
  if (value === undefined) return new Map();
  if (!isObject(value)) refuse(`${metadataKey} must be an object of texts`);
  return new Map(
    Object.entries(value).map(([key, text]) => [
      key,
      typeof text === 'string' ? text : refuse(`${metadataKey} must hold texts, but ${quote(key)} is none`),
    ]),
  );
}

/** A file's header and data, the tensors in the order of their data. */
export interface SafetensorsLayout {
  readonly entries: readonly Entry[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly data: Uint8Array;
}

/**
 * Reads the header, and checks that the tensors lie in the data.
 *
 * @throws {FormatError} when the file is damaged.
 */
export function readLayout(bytes: Uint8Array): SafetensorsLayout {
  const file = plainBytes(bytes);
  refuseForeign(file);
  const { header, dataStart } = readHeader(file);
  const data = file.subarray(dataStart);
  const entries = Object.entries(header)
    .filter(([name]) => name !== metadataKey)
    .map(([name, value]) => readEntry(name, value))
    .toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  checkPlaces(entries, data.length);
  return { entries, metadata: readMetadata(header[metadataKey]), data };
}
