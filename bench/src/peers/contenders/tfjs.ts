/** @file TensorFlow.js with its WebAssembly backend (XNNPACK): SIMD; it has threads in isolated pages only. */

import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Prepare } from '../contender.ts';
import { tfjsNetwork } from './tfjs-network.ts';

/** The load includes fetching and compiling its WebAssembly, and handing it the weights. */
export const prepareTfjs: Prepare = async (model, { tfjsBackendWasm }, threads) => {
  if ('file' in model) throw new Error('tfjs reads neither ONNX nor TFLite');
  const { folded, input } = model;
  if (tfjsBackendWasm !== undefined) setWasmPaths(tfjsBackendWasm);
  const isThreaded = threads > 1 && globalThis.crossOriginIsolated === true;
  if (threads > 1 && !isThreaded) throw new Error('tfjs has threads in isolated pages only');
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', isThreaded);
  setThreadsCount(threads);
  return {
    load: async () => {
      await tf.setBackend('wasm');
      await tf.ready();
      const network = tfjsNetwork(tf, folded);
      const shape = input.shape as [number, number, number, number];
      return {
        engine: 'wasm, SIMD (XNNPACK)',
        run: () => tf.tidy(() => network(tf.tensor4d(input.data, shape)).dataSync() as Float32Array),
      };
    },
  };
};
