/** @file Quantized TFLite networks as wholes, in the reference and in the engines: the bytes that XNNPACK gave. */
import { readTflite } from '@sepconv/formats/tflite';
import type { Network } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { chooseEngine } from '@sepconv/kernels/toolkit';
import { runReference } from '@sepconv/reference';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import {
  hasShared,
  type QuantizedModel,
  readShared,
  seededImage,
  sharedTitle,
} from '../testing/quantized-models.js';

type Bytes = Uint8Array<ArrayBuffer>;
type Run = (network: Network, input: Tensor) => Promise<Tensor>;

const engines = ['simd128', 'relaxed'] as const;
const available = await Promise.all(
  engines.map((engine) =>
    chooseEngine(engine, false).then(
      () => [engine],
      () => [],
    ),
  ),
);

const runEngine =
  (engine: (typeof engines)[number]): Run =>
  async (network, input) => {
    const session = await compile(network.graph, network.weights, { engine });
    const output = session.run(input);
    session.dispose();
    return output;
  };

const machines: readonly (readonly [name: string, run: Run])[] = [
  ['reference', async (network, input) => [...runReference(network, input).values()][0] as Tensor],
  ...available.flat().map((engine) => [engine, runEngine(engine)] as const),
];

/** What a machine gives for the bytes of the one input. */
async function outputOf(run: Run, model: Bytes, bytes: Bytes): Promise<number[]> {
  const { network, inputs } = readTflite(model, { arithmetic: 'integer' });
  const [input] = inputs;
  const dtype = input?.quantization?.dtype;
  const data = dtype === 'int8' ? new Int8Array(bytes.buffer) : bytes;
  const output = await run(network, createTensor(dtype as 'uint8', input?.shape ?? [], data as Bytes));
  return [...output.data];
}

const recordedJson = (path: string) =>
  hasShared(path) ? JSON.parse(new TextDecoder().decode(readShared(path))) : [];

const photos = ['mobilenet_v1_0.25_128_quant', 'mobilenet_v2_1.0_224_quant'].flatMap((model) =>
  ['bird', 'cat_720p', 'hot_dog'].map((image) => [model, image] as const),
);

describe.skipIf(!hasShared('models', 'expected'))(sharedTitle('photos', 'models', 'expected'), () => {
  // The reference on photos is in the tests of @sepconv/formats.
  describe.each(machines.slice(1))('%s', (_, run) => {
    test.each(photos)('%s, %s', { timeout: 60_000 }, async (model, image) => {
      const input = readShared(`expected/${model}.${image}.input.bin`);
      const output = await outputOf(run, readShared(`models/${model}.tflite`), input);
      expect(output.length).toBe(1001);
      expect(output).toEqual([...readShared(`expected/${model}.${image}.output.bin`)]);
    });
  });
});

const networksPath = 'cases/round-2/rounding/networks.json';
const networks: { network: QuantizedModel; k: number; output: string }[] = recordedJson(networksPath);

describe.skipIf(!hasShared('models', networksPath))(
  sharedTitle('generated inputs', 'models', networksPath),
  () => {
    describe.each(machines)('%s', (_, run) => {
      test.each(networks)('$network, input $k', async ({ network, k, output }) => {
        const result = await outputOf(run, readShared(`models/${network}`), seededImage(network, k));
        expect(result).toEqual([...Buffer.from(output, 'base64')]);
      });
    });
  },
);

const casesPath = 'cases/round-2/rounding/cases.json';
const cases: { file: string; input: number[]; output: number[] }[] = recordedJson(casesPath);

describe.skipIf(!hasShared(casesPath))(sharedTitle('one layer whose sums fall on ties', casesPath), () => {
  describe.each(machines)('%s', (_, run) => {
    test.each(cases)('$file', async ({ file, input, output }) => {
      const model = readShared(`cases/round-2/rounding/${file}`);
      expect(await outputOf(run, model, Uint8Array.from(input))).toEqual(output);
    });
  });
});
