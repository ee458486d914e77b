export { detectFormat, formatOfName } from './detect-format.js';
export { DamagedFileError, FormatError, OpenShapeError } from './errors.js';
export type { ExternalData } from './external-data.js';
export { toFileLayout, toGraphLayout } from './file-layout.js';
export { type FormatEntry, type FormatOptions, formats } from './formats.js';
export type {
  Arithmetic,
  ImportedInput,
  ImportedNetwork,
  ImportedOutput,
  ImportedValue,
  LeftNode,
  ReadOptions,
  StoredQuantization,
} from './imported-network.js';
export { type InspectOptions, inspectNetwork } from './inspect-network.js';
export type {
  Format,
  InspectedOp,
  InspectedParameters,
  InspectedValue,
  Inspection,
  UnsupportedPart,
} from './inspection.js';
export type { ModelMetadata, Resizing } from './metadata/metadata.js';
export type { InputShapes } from './onnx/input-shapes.js';
export { type OnnxForm, onnxForms } from './onnx/write/form.js';
export { type ReadNetworkOptions, readNetwork } from './read-network.js';
