/** @file Reads the dropped file and runs images through it, away from the page. Nothing here asks the network for anything. */
import { type ImportedNetwork, readNetwork } from '@sepconv/formats';
import { labelsOfText, pixelsOf } from '@sepconv/vision';
import { type Classification, type Classifier, createClassifier } from './classify.js';
import type { ExampleName } from './example-names.js';
import { imageOf, inputTensor } from './image-input.js';
import { openShapeOf, type Shapes } from './open-shape.js';
import type { ModelReport, ModelRequest } from './protocol.js';
import { type ModelSummary, summaryOf } from './summary.js';

const report = (message: ModelReport): void => postMessage(message);

let model: ImportedNetwork | undefined;
let classifier: Classifier | undefined;

async function readModel(bytes: Uint8Array, fileName: string, shapes: Shapes = {}): Promise<ModelSummary> {
  classifier?.dispose();
  classifier = undefined;
  model = undefined;
  model = await readNetwork(bytes, { fileName, shapes });
  return summaryOf(model, fileName, bytes.length);
}

async function readExample(name: ExampleName): Promise<ModelSummary> {
  const { exampleFile } = await import('./examples.js');
  return readModel(exampleFile(name), `${name}.onnx`);
}

async function classify({
  image,
  labels,
  normalization,
}: Extract<ModelRequest, { kind: 'classify' }>): Promise<Classification> {
  if (model === undefined) throw new Error('drop a model first');
  const input = imageOf(model);
  if (typeof input === 'string') throw new Error(`this is no image classifier: ${input}`);
  const { metadata, network } = model;
  const names = labels === undefined ? metadata.labels : labelsOfText(await labels.text(), input.classes);
  const tensor = inputTensor(await pixelsOf(image), input, normalization, metadata);
  classifier ??= await createClassifier(network);
  return classifier.classify(tensor, names);
}

async function answer(request: ModelRequest): Promise<ModelReport> {
  switch (request.kind) {
    case 'read': {
      const { file, shapes } = request;
      const bytes = new Uint8Array(await file.arrayBuffer());
      return { kind: 'model', summary: await readModel(bytes, file.name, shapes) };
    }
    case 'example':
      return { kind: 'model', summary: await readExample(request.name) };
    case 'classify':
      return { kind: 'classified', result: await classify(request) };
  }
}

self.addEventListener('message', ({ data }: MessageEvent<ModelRequest>) => {
  answer(data).then(report, (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    report({ kind: 'failed', message, open: openShapeOf(error) });
  });
});
