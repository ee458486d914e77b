/** @file A network learns the reader's classes: what `sepconv train photos/ --net` does, in a browser. */
import { readNetwork } from '@sepconv/formats';
import type { Network } from '@sepconv/graph';
import { type Pixels, SepconvError } from '@sepconv/tensor';
import {
  continueTraining,
  type Dataset,
  evaluate,
  featuresOf,
  replaceHead,
  splitDataset,
  startTraining,
} from '@sepconv/train';
import { type InputSize, type Preprocessing, prepareImage, statedPreprocessing } from '@sepconv/vision';
import {
  digitNormalization,
  digitSide,
  storedDigitNetwork,
} from '../../../../cli/src/digits/stored-digits.js';
import { usualBatch, usualHead, usualRates } from '../../../../cli/src/train/usual-settings.js';
import { imageOf, normalizationOf } from '../model/image-input.js';
import { networkFiles } from '../model/network-files.js';
import type { Taught, TeachStep } from './protocol.js';

/** What is taught: a network that sees, and how an image becomes its input. */
export interface Pupil {
  readonly name: string;
  readonly network: Network;
  readonly input: InputSize;
  readonly preprocessing: Preprocessing;
}

/** The pixels of a class's examples. */
export interface ClassPixels {
  readonly name: string;
  readonly pixels: readonly Pixels[];
}

/** A class needs so many examples for one of five to be held back. */
const leastToHoldBack = 5;
const heldBackShare = 0.2;

/** The network of a file. */
export async function pupilFrom(bytes: Uint8Array, fileName: string): Promise<Pupil> {
  const imported = await readNetwork(bytes, { fileName });
  const input = imageOf(imported);
  if (typeof input === 'string') throw new SepconvError(`this is no image classifier: ${input}`);
  const preprocessing = {
    ...statedPreprocessing(imported.metadata),
    normalization: normalizationOf('file', input),
  };
  return { name: fileName, network: imported.network, input, preprocessing };
}

/** The embedded network, which has learnt to see strokes from digits. */
export const digitPupil = (): Pupil => ({
  name: 'digits',
  network: storedDigitNetwork(),
  input: { height: digitSide, width: digitSide, channels: 1 },
  preprocessing: { normalization: digitNormalization },
});

/** All examples as the network's bytes. */
function datasetOf({ input, preprocessing }: Pupil, classes: readonly ClassPixels[]): Dataset {
  const { height, width, channels } = input;
  const size = height * width * channels;
  const all = classes.flatMap(({ pixels }, label) => pixels.map((image) => ({ image, label })));
  const bytes = new Uint8Array(all.length * size);
  const how = { ...preprocessing, normalization: false } as const;
  for (const [i, { image }] of all.entries()) {
    const { data } = prepareImage(image, input, how).tensor;
    for (let k = 0; k < size; k++) bytes[i * size + k] = Math.round(data[k]!);
  }
  return {
    shape: [height, width, channels],
    pixels: bytes,
    labels: Int32Array.from(all, ({ label }) => label),
    classes: classes.map(({ name }) => name),
    normalization: preprocessing.normalization || { mean: 0, standardDeviation: 1 },
  };
}

function checkClasses(classes: readonly ClassPixels[]): void {
  if (classes.length < 2)
    throw new SepconvError(
      `telling apart needs at least 2 classes, but there ${classes.length === 1 ? 'is 1' : 'are 0'}`,
    );
  const names = classes.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new SepconvError(`two classes are called "${twice}": give each a name of its own`);
  const empty = classes.find(({ pixels }) => pixels.length < 2);
  if (empty !== undefined)
    throw new SepconvError(
      `the class "${empty.name}" has ${empty.pixels.length} ${empty.pixels.length === 1 ? 'image' : 'images'}: give it at least 2, better 20`,
    );
}

/** The new head, trained on features that are computed once. */
async function trainHead(
  head: Network,
  features: Dataset,
  onShare: (share: number) => void,
): Promise<Network> {
  const { epochs, optimizer } = usualHead;
  const start = startTraining(
    head,
    { training: features },
    {
      epochs,
      batchSize: usualBatch(features.labels.length),
      seed: 1,
      optimizer: { kind: optimizer },
      learningRate: { base: usualRates[optimizer] },
    },
  );
  const { network } = await continueTraining(
    start,
    { training: features },
    { onEpoch: ({ epoch }) => onShare(epoch / epochs) },
  );
  return network;
}

/** What the reader's classes are taken for. */
async function tried(
  network: Network,
  dataset: Dataset,
): Promise<Pick<Taught, 'accuracy' | 'confusion'> & { readonly choices: Int32Array }> {
  const { choices, accuracy } = await evaluate(network, dataset);
  const confusion = dataset.classes.map(() => dataset.classes.map(() => 0));
  choices.forEach((choice, i) => {
    confusion[dataset.labels[i]!]![choice]!++;
  });
  return { choices, accuracy, confusion };
}

/**
 * Teaches a network the classes: its head is replaced, the rest stays as it is and gives each image's features once.
 *
 * @throws {SepconvError} when there are too few classes or images, or the network has no head to replace.
 */
export async function teach(
  pupil: Pupil,
  classes: readonly ClassPixels[],
  onProgress: (step: TeachStep, share: number) => void,
): Promise<{ readonly network: Network; readonly taught: Taught }> {
  const begin = performance.now();
  checkClasses(classes);
  const dataset = datasetOf(pupil, classes);
  const holdsBack = classes.every(({ pixels }) => pixels.length >= leastToHoldBack);
  const { first: training, last } = holdsBack
    ? splitDataset(dataset, heldBackShare)
    : { first: dataset, last: dataset };
  const replaced = replaceHead(pupil.network, dataset.classes, 1);
  const count = training.labels.length;
  const features = await featuresOf(replaced.backbone, training, {
    onImages: (done) => onProgress('features', done / count),
  });
  const head = await trainHead(replaced.head, features, (share) => onProgress('head', share));
  const network: Network = {
    graph: replaced.network.graph,
    weights: new Map([...replaced.network.weights, ...head.weights]),
  };
  onProgress('writing', 0);
  const { choices, accuracy, confusion } = await tried(network, last);
  const { normalization } = pupil.preprocessing;
  const files = networkFiles(network, 'taught', {
    labels: dataset.classes,
    ...(normalization && { normalization }),
    properties: new Map([['trained_from', pupil.name]]),
  });
  const onnx = files.find(({ name }) => name.endsWith('.onnx'))!;
  const taught: Taught = {
    classes: dataset.classes,
    images: count,
    heldBack: holdsBack ? last.labels.length : 0,
    confusion,
    accuracy,
    features: replaced.featureCount,
    files,
    reopened: await reopened(onnx.bytes, last, choices),
    seconds: (performance.now() - begin) / 1000,
  };
  return { network, taught };
}

/** What the saved file says when it is opened again. */
async function reopened(
  bytes: Uint8Array | undefined,
  dataset: Dataset,
  choices: Int32Array,
): Promise<Taught['reopened']> {
  if (bytes === undefined) return { same: 0, of: choices.length, named: false };
  const { network, metadata } = await readNetwork(bytes, { fileName: 'taught.onnx' });
  const again = await evaluate(network, dataset);
  return {
    same: choices.filter((choice, i) => choice === again.choices[i]).length,
    of: choices.length,
    named: JSON.stringify(metadata.labels) === JSON.stringify(dataset.classes),
  };
}
