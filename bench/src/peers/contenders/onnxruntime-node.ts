/** @file onnxruntime-node: the native library. */
import * as ort from 'onnxruntime-node';
import type { Prepare } from '../contender.ts';
import { prepareOnnx } from './onnx.ts';

/** Native code; of the threads one is the calling one. */
export const prepareOnnxruntimeNode: Prepare = async (model, _assets, threads) => {
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  };
  return prepareOnnx(ort, model, options, 'native CPU');
};
