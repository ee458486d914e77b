/** @file A contender's process in Node: what reads ONNX and TF.js. */
import { readFile } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveProcess } from '../harness/serve.ts';
import { fileWorker } from './file-worker.ts';

serveProcess({
  ...fileWorker(
    {
      sepconv: async () => (await import('./contenders/sepconv.ts')).openSepconv,
      doubles: async () => (await import('./contenders/doubles.ts')).openDoubles,
      onnx: async () => (await import('./contenders/onnxruntime.ts')).openOnnxruntime,
      tfjs: async () => (await import('./contenders/tfjs.ts')).openTfjs,
    },
    {
      tfjsBackendWasm: dirname(fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm'))) + sep,
      litert: '',
    },
    async (path) => new Uint8Array(await readFile(path)),
  ),
});
