import { plainBytes } from './bytes.js';
import { refuse } from './errors.js';
import { formats, hasMagic } from './formats.js';
import type { Format } from './inspection.js';

/** The format whose ending a file's name has; `undefined` when it is none of them. */
export function formatOfName(fileName: string): Format | undefined {
  const name = fileName.toLowerCase();
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
  return find(({ isIn }) => isIn(bytes)) ?? formatOfName(fileName);
}

/** Files that people try, and what can be done with each. */
function describeForeignFile(bytes: Uint8Array): string | undefined {
  if (hasMagic(bytes, 1, 'HDF')) {
    return 'this is an HDF5 file (Keras .h5), which cannot be read: convert it, for example with tf.lite.TFLiteConverter';
  }
  if (hasMagic(bytes, 0, 'PK')) {
    return 'this is a zip archive (Keras .keras, PyTorch .pt), which cannot be read: export the model as TFLite';
  }
  if (hasMagic(bytes, 0, '<')) return 'this is a text like HTML or XML: perhaps a download failed';
  if (hasMagic(bytes, 0, 'version https://git-lfs')) {
    return 'this is a Git LFS pointer, not the file itself: run git lfs pull';
  }
  return undefined;
}

/**
 * As {@link detectFormat}.
 *
 * @throws {FormatError} when the format is not known, with what the file seems to be.
 */
export function expectFormat(bytes: Uint8Array, fileName = ''): Format {
  if (plainBytes(bytes).length === 0) refuse('the file is empty');
  const known = Object.values(formats).map(({ title, endings: [ending] }) => `${title} (${ending})`);
  return (
    detectFormat(bytes, fileName) ??
    refuse(
      describeForeignFile(bytes) ??
        `the format is not known: neither the first bytes nor the name ${JSON.stringify(fileName)} say which. There are ${known.join(', ')}`,
    )
  );
}
