/** @file A contender's process in Node. */
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveProcess } from '../harness/serve.ts';
import { peerWorker } from './peer-worker.ts';

const sepconv = (engine: 'auto' | 'simd128' | 'relaxed' | 'wide') => async () =>
  (await import('./contenders/sepconv.ts')).prepareSepconv(engine);

/** tfjs looks for its WebAssembly beside the program unless it is told; onnxruntime-web finds its own. */
const tfjsBackendWasm = dirname(fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm'))) + sep;

serveProcess({
  ...peerWorker(
    {
      'sepconv-simd128': sepconv('simd128'),
      'sepconv-relaxed': sepconv('relaxed'),
      'sepconv-wide': sepconv('wide'),
      'sepconv-auto': sepconv('auto'),
      'onnxruntime-web': async () =>
        (await import('./contenders/onnxruntime-web.ts')).prepareOnnxruntimeWeb(
          await import('onnxruntime-web'),
        ),
      'onnxruntime-node': async () =>
        (await import('./contenders/onnxruntime-node.ts')).prepareOnnxruntimeNode,
      'tfjs-backend-wasm': async () => (await import('./contenders/tfjs.ts')).prepareTfjs,
    },
    { tfjsBackendWasm },
  ),
});
