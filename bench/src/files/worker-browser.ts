/** @file A contender's page in Chromium: what reads TFLite, since LiteRT.js runs in pages only. */
import { servePage } from '../harness/serve.ts';
import { filePrefixes } from './file-prefixes.ts';
import { fileWorker } from './file-worker.ts';

servePage({
  ...fileWorker(
    {
      sepconv: async () => (await import('./contenders/sepconv.ts')).openSepconv,
      tflite: async () => (await import('./contenders/litert.ts')).openLitert,
    },
    { tfjsBackendWasm: '', litert: `${filePrefixes.litert}/` },
    async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer()),
  ),
});
