/**
 * @file Weights that lie in files beside the model: a tensor names the file, and where in it its bytes are. Such names are
 * somebody else's text: only plain paths inside the model's folder are accepted, whoever opens the files.
 *
 * Source: TensorProto.external_data in onnx/onnx.proto, https://onnx.ai/onnx/repo-docs/ExternalData.html
 */
import { DamagedFileError, quote, refuse } from '../errors.js';

/** Where the bytes of a tensor are. */
export interface ExternalPlace {
  readonly location: string;
  /** In bytes from the file's start. Default 0. */
  readonly offset: number;
  /** In bytes. Default: as many as the shape and the type need. */
  readonly length: number | undefined;
}

const longestLocation = 1024;

/** Whether a path stays inside the folder that it starts from, on every system. */
export function isInside(location: string): boolean {
  const parts = location.split('/');
  return (
    location.length <= longestLocation &&
    !/[\\:\p{Cc}]/u.test(location) &&
    parts.every((part) => part !== '' && part !== '..')
  );
}

/** A path without `./` in front. */
export const plainLocation = (location: string): string => location.replace(/^(?:\.\/)+/, '');

/** A count of bytes, as decimal text. */
function bytesOf(text: string, key: string, what: string): number {
  const count = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(count)) {
    throw new DamagedFileError(
      `${what} has the ${key} ${quote(text)} in its external file, which must be an integer of at least 0`,
    );
  }
  return count;
}

/** Checks what a tensor says of its place in another file, as keys and values. */
export function externalPlace(entries: ReadonlyMap<string, string>, what: string): ExternalPlace {
  const location = plainLocation(entries.get('location') ?? '');
  if (location === '') throw new DamagedFileError(`${what} lies in another file, but says not in which`);
  if (!isInside(location)) {
    refuse(
      `${what} lies in the file ${quote(location)}, which must be a path inside the model's folder: no "..", no drive, not absolute`,
    );
  }
  const length = entries.get('length');
  return {
    location,
    offset: bytesOf(entries.get('offset') ?? '0', 'offset', what),
    length: length === undefined ? undefined : bytesOf(length, 'length', what),
  };
}
