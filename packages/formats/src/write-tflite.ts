/** @file TFLite (LiteRT): networks written as model files, in an entry of its own, so that whoever reads files does not load it. */

export { FormatError } from './errors.js';
export { writeTflite } from './tflite/write/write.js';
