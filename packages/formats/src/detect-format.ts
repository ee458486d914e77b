import { plainBytes } from './bytes.js';
import { quote, refuse } from './errors.js';
import { describeForeignFile } from './foreign-files.js';
import { type FormatEntry, formats } from './formats.js';
import type { Format } from './inspection.js';

/** The format whose ending a file's name has; `undefined` when it is none of them. */
export function formatOfName(fileName: string): Format | undefined {
  const name = String(fileName).toLowerCase();
  return find(({ endings }) => endings.some((ending) => name.endsWith(ending)));
}

function find(isIt: (entry: (typeof formats)[Format]) => boolean): Format | undefined {
  return (Object.keys(formats) as Format[]).find((format) => isIt(formats[format]));
}

/**
 * The format of a model file by its first bytes or, where they say nothing, by the ending of its name; `undefined` when
 * neither is known.
 */
export function detectFormat(bytes: Uint8Array, fileName = ''): Format | undefined {
  const plain = plainBytes(bytes);
  const found = find(({ isIn }) => isIn(plain));
  return found ?? (describeForeignFile(plain) === undefined ? formatOfName(fileName) : undefined);
}

/**
 * As {@link detectFormat}.
 *
 * @throws {FormatError} when the format is not known, with what the file seems to be.
 */
function expectFormat(bytes: Uint8Array, fileName = ''): Format {
  const known = Object.values(formats).map(({ title, endings: [ending] }) => `${title} (${ending})`);
  return (
    detectFormat(bytes, fileName) ??
    refuse(
      describeForeignFile(plainBytes(bytes)) ??
        `the format is not known: neither the first bytes nor the name ${JSON.stringify(fileName)} say which. There are ${known.join(', ')}`,
    )
  );
}

/**
 * The format that is named, or that a file has.
 *
 * @throws {FormatError} when there is no such format, or the file's is not known.
 */
export function entryOf(bytes: Uint8Array, format?: Format, fileName?: string): FormatEntry {
  plainBytes(bytes);
  if (format === undefined) return formats[expectFormat(bytes, fileName)];
  if (Object.hasOwn(formats, format)) return formats[format];
  return refuse(`there is no format ${quote(String(format))}: there are ${Object.keys(formats).join(', ')}`);
}
