/** @file Quantizes the dropped model away from the page. Nothing here asks the network for anything. */
import { readNetwork } from '@sepconv/formats';
import { pixelsOf } from '@sepconv/vision';
import type { QuantizeProgress, QuantizeRequest } from './protocol.js';
import { quantizeModel } from './quantize-model.js';

const report = (message: QuantizeProgress): void => postMessage(message);

async function fileOf(model: QuantizeRequest['model']): Promise<{ name: string; bytes: Uint8Array }> {
  if (model.kind === 'read')
    return { name: model.file.name, bytes: new Uint8Array(await model.file.arrayBuffer()) };
  const { exampleFile } = await import('../model/examples.js');
  return { name: `${model.name}.onnx`, bytes: exampleFile(model.name) };
}

async function quantize({ model, images, normalization }: QuantizeRequest): Promise<void> {
  const { name, bytes } = await fileOf(model);
  const shapes = model.kind === 'read' ? (model.shapes ?? {}) : {};
  const imported = await readNetwork(bytes, { fileName: name, shapes });
  const pixels = await Promise.all(images.map((image) => pixelsOf(image)));
  const quantized = await quantizeModel(imported, name, pixels, normalization, (what, share) =>
    report({ kind: 'progress', what, share }),
  );
  report({ kind: 'finished', quantized });
}

self.addEventListener('message', ({ data }: MessageEvent<QuantizeRequest>) => {
  quantize(data).catch((error: unknown) => {
    report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
