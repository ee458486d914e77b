/** Where a page finds the peers' own files on the bench's server. */
export const assetPrefixes = {
  onnxruntimeWeb: '/assets/onnxruntime-web',
  litert: '/assets/litert',
  tfjsBackendWasm: '/assets/tfjs-backend-wasm',
  kernels: '/assets/kernels',
} as const;
