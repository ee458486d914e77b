/** @file Calls of the functions of the GPU, which have none here: what they say of that is an error of ours as well. */
import { compile, fastest, findAdapter, requestDevice } from '@sepconv/webgpu';
import { call, image, type MeantCall, network } from './meant.js';

/** WebGPU without a GPU. */
const noGpu = () => ({ requestAdapter: async () => null });

const backend = () => ({ run: () => 1, dispose: () => {} });

export const gpuCalls: readonly MeantCall[] = [
  call('gpu compile', compile, () => [network, { weights: 'float16', onProgress: () => {} }]),
  call('requestDevice', requestDevice, () => [noGpu()]),
  call('findAdapter', findAdapter, () => [noGpu()]),
  call('fastest', fastest, () => [
    {
      cpu: async () => backend(),
      gpu: async () => backend(),
      input: image(),
      milliseconds: 1,
      kept: undefined,
    },
  ]),
];
