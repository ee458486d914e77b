/** @file onnxruntime-web: WebAssembly with SIMD, one thread. */
import * as ort from 'onnxruntime-web';
import type { Prepare } from '../contender.ts';
import { prepareOnnx } from './onnx.ts';

/** The load includes fetching and compiling its WebAssembly, which the first session of a page waits for. */
export const prepareOnnxruntimeWeb: Prepare = async (model, { onnxruntimeWeb }) => {
  ort.env.wasm.numThreads = 1;
  if (onnxruntimeWeb !== undefined) ort.env.wasm.wasmPaths = onnxruntimeWeb;
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  };
  return prepareOnnx(ort, model, options, 'wasm, SIMD');
};
