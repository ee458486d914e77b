/** @file Files that are not what their name says: what they are, and which export works for them. */
import { DamagedFileError, quote } from './errors.js';

/** How a file begins, and what can be done with it. */
interface ForeignFile {
  /** The text at `at`, each character a byte. */
  readonly starts: string;
  readonly at?: number;
  readonly says: string;
}

const fromPyTorch = "export it: torch.onnx.export(model, example, 'model.onnx')";
const fromKeras = 'convert it: tf.lite.TFLiteConverter.from_keras_model(model).convert()';
const again = 'download the file itself, on GitHub by "raw"';
const anImage = 'give it to a classifier as an image, and a model file as the model';

/** Of PyTorch before 1.6, in the protocols that were ever usual. */
const pickles = [2, 3, 4, 5].map(
  (protocol): ForeignFile => ({
    starts: `\x80${String.fromCharCode(protocol)}`,
    says: `this is a pickle (PyTorch), which cannot be read: ${fromPyTorch}`,
  }),
);

/** What people have under the name of a model. */
const foreignFiles: readonly ForeignFile[] = [
  {
    starts: 'version https://git-lfs',
    says: 'this is a Git LFS pointer, not the file itself: run git lfs pull',
  },
  { starts: '\x89HDF', says: `this is an HDF5 file (Keras .h5), which cannot be read: ${fromKeras}` },
  {
    starts: 'PK\x03\x04',
    says: `this is a zip archive: of Keras (.keras), ${fromKeras}; of PyTorch (.pt, .pth), ${fromPyTorch}; of others, unpack it`,
  },
  { starts: 'PK\x05\x06', says: 'this is an empty zip archive' },
  { starts: '\x1f\x8b', says: 'this is a gzip archive: unpack it with gunzip or tar first' },
  ...pickles,
  { starts: '\x93NUMPY', says: 'this is an array of NumPy, not a network' },
  { starts: 'GGUF', says: 'this is a GGUF file of a language model, which cannot be read' },
  { starts: 'ORTM', at: 4, says: 'this is an .ort file: give the .onnx file that it was made of' },
  { starts: '\xff\xd8\xff', says: `this is a JPEG image: ${anImage}` },
  { starts: '\x89PNG\r\n', says: `this is a PNG image: ${anImage}` },
  { starts: 'GIF8', says: `this is a GIF image: ${anImage}` },
  { starts: 'WEBP', at: 8, says: `this is a WebP image: ${anImage}` },
  { starts: '%PDF', says: 'this is a PDF' },
];

function beginsWith(bytes: Uint8Array, { starts, at = 0 }: ForeignFile): boolean {
  for (let i = 0; i < starts.length; i++) if (bytes[at + i] !== starts.charCodeAt(i)) return false;
  return true;
}

/** What a file is that no reader can read; `undefined` where it may be one that a reader can. */
export function describeForeignFile(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return `the file is empty: ${again}`;
  const known = foreignFiles.find((file) => beginsWith(bytes, file));
  if (known !== undefined) return known.says;
  const start = String.fromCharCode(...bytes.subarray(0, 64)).replace(/^\xef\xbb\xbf/, '');
  if (/^\s*</.test(start)) return `this is a text like HTML or XML: perhaps a download failed; ${again}`;
  // What a server says in place of a file. JSON may be a model, and no other model begins with printable bytes only.
  const isText = /^[\t\n\r\x20-\x7e]+$/.test(start) && !/^\s*[[{"]/.test(start);
  return isText ? `this is a text, ${quote(start.trim())}: perhaps a download failed; ${again}` : undefined;
}

/** What else a file of another size than it should have may be, behind a colon; empty where nothing is known. */
export function insteadOf(bytes: Uint8Array): string {
  const foreign = describeForeignFile(bytes);
  return foreign === undefined ? '' : `: ${foreign}`;
}

/** @throws {DamagedFileError} when a file is none that any reader reads, whatever its name. */
export function refuseForeign(bytes: Uint8Array): void {
  const foreign = describeForeignFile(bytes);
  if (foreign !== undefined) throw new DamagedFileError(foreign);
}
