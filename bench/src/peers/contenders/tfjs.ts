/** @file TensorFlow.js with its WebAssembly backend (XNNPACK): SIMD, one thread. */

import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Prepare } from '../contender.ts';
import { tfjsNetwork } from './tfjs-network.ts';

/** The load includes fetching and compiling its WebAssembly, and handing it the weights. */
export const prepareTfjs: Prepare = async (model, { tfjsBackendWasm }) => {
  if ('file' in model) throw new Error('tfjs reads neither ONNX nor TFLite');
  const { folded, input } = model;
  if (tfjsBackendWasm !== undefined) setWasmPaths(tfjsBackendWasm);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
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
