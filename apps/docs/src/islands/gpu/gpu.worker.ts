/** @file Compares CPU and GPU away from the page. The page stops it by ending the worker. */
import { readNetwork } from '@sepconv/formats';
import { type LayerOptions, layerGraphs } from '@sepconv/mobilenet';
import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';
import { endsInProbabilities, pixelsOf, rankClasses } from '@sepconv/vision';
import { imageFor, withWeights } from '../measure/forms.js';
import { imageOf, inputTensor } from '../model/image-input.js';
import { boundOfSums, type Compared, compareBoth } from './compare-both.js';
import type { Comparison, GpuReport, Subject } from './protocol.js';

const report = (message: GpuReport): void => postMessage(message);

/** A layer in both forms, with the bound of its sums. */
async function comparedLayers(layer: LayerOptions): Promise<readonly Compared[]> {
  const window = layer.kernel * layer.kernel;
  const products = { standard: window * layer.inputChannels, separable: window + layer.inputChannels };
  const forms = ['standard', 'separable'] as const;
  return Promise.all(
    forms.map(async (of): Promise<Compared> => {
      const network = withWeights(layerGraphs(layer)[of]);
      const inputs = new Map([[network.graph.inputs[0]!.name, imageFor(network.graph)]]);
      return { of, network, inputs, bound: await boundOfSums(network, inputs, products[of]) };
    }),
  );
}

/** A model on the reader's image, or on drawn numbers; `firstOf` gives the first class of an answer to an image. */
async function comparedModel({ model, image }: Extract<Subject, { kind: 'model' }>) {
  const isFile = model.kind === 'read';
  const name = isFile ? model.file.name : `${model.name}.onnx`;
  const bytes = isFile
    ? new Uint8Array(await model.file.arrayBuffer())
    : (await import('../model/examples.js')).exampleFile(model.name);
  const imported = await readNetwork(bytes, {
    fileName: name,
    shapes: isFile ? (model.shapes ?? {}) : {},
  });
  const { network, metadata } = imported;
  const { graph } = network;
  const random = createRandom(2);
  const inputs = new Map<string, Tensor>(
    graph.inputs.map((input) => [input.name, randomTensor(input.shape, random, -1, 1)]),
  );
  const taken = image && imageOf(imported);
  if (image === undefined || typeof taken !== 'object') return { of: 'model' as const, network, inputs };
  const pixels = await pixelsOf(image.file);
  inputs.set(graph.inputs[0]!.name, inputTensor(pixels, taken, image.normalization, metadata));
  const isProbability = endsInProbabilities(graph);
  const firstOf = (output: Tensor): number => rankClasses(output, 1, isProbability)[0]!.index;
  return { of: 'model' as const, network, inputs, firstOf };
}

async function compare(subject: Subject): Promise<void> {
  const found: Comparison[] = [];
  const all = subject.kind === 'layer' ? await comparedLayers(subject.layer) : [await comparedModel(subject)];
  let gpu = { name: '', isSoftware: false };
  for (const compared of all) {
    const firstOf = 'firstOf' in compared ? compared.firstOf : undefined;
    const { comparison, adapter } = await compareBoth(compared, report, firstOf);
    const { vendor, architecture, description, isSoftware } = adapter;
    gpu = { name: [vendor, architecture, description].filter((text) => text !== '').join(', '), isSoftware };
    found.push(comparison);
  }
  report({ kind: 'finished', gpu, found });
}

self.addEventListener('message', ({ data }: MessageEvent<Subject>) => {
  compare(data).catch((error: unknown) => {
    report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
