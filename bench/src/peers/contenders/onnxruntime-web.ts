/** @file onnxruntime-web: WebAssembly with SIMD. */
import type * as Ort from 'onnxruntime-web';
import type { Prepare } from '../contender.ts';
import { prepareOnnx } from './onnx.ts';

/**
 * The load includes fetching and compiling its WebAssembly, which the first session of a page waits for. `ort` is the
 * package's build for Node, or in a page `onnxruntime-web/wasm`: its default build there brings WebGPU along, and with it
 * WebAssembly that is larger and slower.
 */
export const prepareOnnxruntimeWeb =
  (ort: Pick<typeof Ort, 'env' | 'InferenceSession' | 'Tensor'>): Prepare =>
  async (model, { onnxruntimeWeb }, threads) => {
    ort.env.wasm.numThreads = threads;
    if (onnxruntimeWeb !== undefined) ort.env.wasm.wasmPaths = onnxruntimeWeb;
    const options: Ort.InferenceSession.SessionOptions = {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
    };
    return prepareOnnx(ort, model, options, 'wasm, SIMD');
  };
