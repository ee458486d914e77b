/** @file A contender's page in a browser. */
import { servePage } from '../harness/serve.ts';
import { assetPrefixes } from './asset-prefixes.ts';
import { peerWorker } from './peer-worker.ts';

const sepconv = (engine: 'auto' | 'simd128' | 'relaxed') => async () =>
  (await import('./contenders/sepconv.ts')).prepareSepconv(engine);

servePage({
  ...peerWorker(
    {
      'sepconv-simd128': sepconv('simd128'),
      'sepconv-relaxed': sepconv('relaxed'),
      'sepconv-auto': sepconv('auto'),
      'onnxruntime-web': async () =>
        (await import('./contenders/onnxruntime-web.ts')).prepareOnnxruntimeWeb(
          await import('onnxruntime-web/wasm'),
        ),
      'litert.js': async () => (await import('./contenders/litert.ts')).prepareLiteRt,
      'tfjs-backend-wasm': async () => (await import('./contenders/tfjs.ts')).prepareTfjs,
    },
    {
      onnxruntimeWeb: `${assetPrefixes.onnxruntimeWeb}/`,
      litert: `${assetPrefixes.litert}/`,
      tfjsBackendWasm: `${assetPrefixes.tfjsBackendWasm}/`,
      thread: `${assetPrefixes.kernels}/thread.js`,
    },
  ),
});
