export { FormatError } from './errors.js';
export { toFileLayout, toGraphLayout } from './file-layout.js';
export type {
  ImportedInput,
  ImportedNetwork,
  ImportedOutput,
  ReadOptions,
  StoredQuantization,
} from './imported-network.js';
export type { Inspection } from './inspection.js';
export type { OnnxOptions } from './onnx/import.js';
export { inspectOnnx } from './onnx/inspect.js';
export { readOnnx } from './onnx/read.js';
export { writeOnnx } from './onnx/write/write.js';
