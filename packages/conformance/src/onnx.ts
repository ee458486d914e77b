export { type CaseFolder, findCaseFolders, runCaseFolder } from './onnx/case-folders.ts';
export { runOnnxCase } from './onnx/run-case.ts';
export type {
  FileTensor,
  OnnxCase,
  OnnxDataSet,
  OnnxFormats,
  OnnxResult,
  RunNetwork,
} from './onnx/types.ts';
