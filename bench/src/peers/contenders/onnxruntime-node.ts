/** @file onnxruntime-node: the native library, one thread. */
import * as ort from 'onnxruntime-node';
import type { Prepare } from '../contender.ts';
import { prepareOnnx } from './onnx.ts';

/** Native code on one thread: the calling one. */
export const prepareOnnxruntimeNode: Prepare = async (model) => {
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  };
  return prepareOnnx(ort, model, options, 'native CPU');
};
