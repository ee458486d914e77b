/** A model file's format, as far as this library knows it. */
export type Format = 'onnx' | 'tflite' | 'tfjs';

/** Whether `text` stands at `offset`. */
function hasMagic(bytes: Uint8Array, offset: number, text: string): boolean {
  return [...text].every((character, i) => bytes[offset + i] === character.charCodeAt(0));
}

const endings: readonly (readonly [ending: string, format: Format])[] = [
  ['.tflite', 'tflite'],
  ['.lite', 'tflite'],
  ['.onnx', 'onnx'],
  ['.json', 'tfjs'],
];

/** Whether a file begins as a JSON object does: a `model.json` of TF.js, most likely. */
function isJson(bytes: Uint8Array): boolean {
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  return start.startsWith('{') && !isSafetensors(bytes);
}

/** Whether a file is one of safetensors, which hold weights and no network: by its header, or by its name. */
export function isSafetensors(bytes: Uint8Array, fileName = ''): boolean {
  // In front of the header stands its length, whose last byte is 0; in front of an object inside JSON stands text.
  return (bytes[7] === 0 && hasMagic(bytes, 8, '{"')) || fileName.toLowerCase().endsWith('.safetensors');
}

/**
 * The format of a model file by its magic number or, where the bytes say nothing, by the ending of its name;
 * `undefined` when neither is known.
 */
export function detectFormat(bytes: Uint8Array, fileName = ''): Format | undefined {
  if (hasMagic(bytes, 4, 'TFL3')) return 'tflite';
  // ONNX has no magic number, but begins with its version: field 1, a small number, and then a length-delimited field.
  const [tag, version = 0, next = 0] = bytes;
  if (!isSafetensors(bytes) && tag === 0x08 && version > 0 && version < 64 && (next & 7) === 2) return 'onnx';
  if (isJson(bytes)) return 'tfjs';
  const name = fileName.toLowerCase();
  return endings.find(([ending]) => name.endsWith(ending))?.[1];
}

/** Files that people try, and what can be done with each. */
export function describeForeignFile(bytes: Uint8Array): string | undefined {
  if (hasMagic(bytes, 1, 'HDF')) {
    return 'this is an HDF5 file (Keras .h5), which cannot be read: convert it, for example with tf.lite.TFLiteConverter';
  }
  if (hasMagic(bytes, 0, 'PK')) {
    return 'this is a zip archive (Keras .keras, PyTorch .pt), which cannot be read: export the model as TFLite';
  }
  if (isSafetensors(bytes)) {
    return 'this is a safetensors file, which holds weights and no network: read it with readSafetensors';
  }
  if (hasMagic(bytes, 0, '<')) return 'this is a text like HTML or XML: perhaps a download failed';
  if (hasMagic(bytes, 0, 'version https://git-lfs')) {
    return 'this is a Git LFS pointer, not the file itself: run git lfs pull';
  }
  return undefined;
}
