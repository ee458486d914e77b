/** @file ONNX: networks written as model files, in an entry of its own, so that whoever reads files does not load it. */

export { FormatError } from './errors.js';
export type { OnnxForm } from './onnx/write/form.js';
export { type OnnxWriteOptions, writeOnnx } from './onnx/write/write.js';
