/** @file LiteRT.js: Google's TFLite with XNNPACK in WebAssembly. It runs in pages only, and has threads in isolated ones. */
import { loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';
import type { Prepare } from '../contender.ts';

/** The load includes fetching and compiling its WebAssembly. */
export const prepareLiteRt: Prepare = async (model, { litert }, threads) => {
  if (!('file' in model) || litert === undefined)
    throw new Error('LiteRT.js needs a TFLite file, and a page');
  const { file, input } = model;
  const data = input.data as Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  return {
    load: async () => {
      await loadLiteRt(litert, { threads: threads > 1 });
      const compiled = await loadAndCompile(file.bytes, {
        accelerator: 'wasm',
        cpuOptions: { numThreads: threads },
      });
      return {
        engine: threads > 1 ? `wasm, SIMD (XNNPACK), ${threads} threads` : 'wasm, SIMD (XNNPACK)',
        run: async () => {
          const tensor = new Tensor(data, [...input.shape]);
          const [output] = await compiled.run([tensor]);
          const result = await output?.data();
          tensor.delete();
          output?.delete();
          return Float32Array.from(result as Uint8Array);
        },
      };
    },
  };
};
