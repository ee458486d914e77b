/** @file Quantized TFLite networks as wholes, in the reference and in the engines: the bytes that XNNPACK gave. */

import type { Network } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { engines as allEngines, chooseEngine, planNetwork } from '@sepconv/kernels/toolkit';
import { runReference } from '@sepconv/reference';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { readTflite } from '../../../packages/formats/test/read-now.js';
import {
  hasShared,
  type QuantizedModel,
  readShared,
  seededImage,
  sharedTitle,
  sides,
} from '../testing/quantized-models.js';

type Bytes = Uint8Array<ArrayBuffer>;
/** The outputs of a network for several inputs. */
type Run = (network: Network, inputs: readonly Tensor[]) => Promise<number[][]>;

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
  async (network, inputs) => {
    const session = await compile(network, { engine });
    const outputs = inputs.map((input) => [...session.run(input).data]);
    session.dispose();
    return outputs;
  };

const machines: readonly (readonly [name: string, run: Run])[] = [
  [
    'reference',
    async (network, inputs) =>
      inputs.map((input) => [...([...runReference(network, input).values()][0] as Tensor).data]),
  ],
  ...available.flat().map((engine) => [engine, runEngine(engine)] as const),
];

/** What a machine gives for the bytes of the one input, several times. */
async function outputsOf(run: Run, model: Bytes, images: readonly Bytes[]): Promise<number[][]> {
  const { network, inputs } = readTflite(model, { arithmetic: 'integer' });
  const [input] = inputs;
  const dtype = input?.quantization?.dtype;
  const tensors = images.map((bytes) => {
    const data = dtype === 'int8' ? new Int8Array(bytes.buffer) : bytes;
    return createTensor(dtype as 'uint8', input?.shape ?? [], data as Bytes);
  });
  return run(network, tensors);
}

const recordedJson = (path: string) =>
  hasShared(path) ? JSON.parse(new TextDecoder().decode(readShared(path))) : [];

describe.skipIf(!hasShared('models', 'expected'))(sharedTitle('photos', 'models', 'expected'), () => {
  // The reference on photos is in the tests of @sepconv/formats.
  describe.each(machines.slice(1))('%s', (_, run) => {
    test.each(['mobilenet_v1_0.25_128_quant', 'mobilenet_v2_1.0_224_quant'])('%s', async (model) => {
      const files = (kind: string): Bytes[] =>
        ['bird', 'cat_720p', 'hot_dog'].map((image) => readShared(`expected/${model}.${image}.${kind}.bin`));
      const outputs = await outputsOf(run, readShared(`models/${model}.tflite`), files('input'));
      expect(outputs.map((output) => output.length)).toEqual([1001, 1001, 1001]);
      expect(outputs).toEqual(files('output').map((bytes) => [...bytes]));
    });
  });
});

const networksPath = 'cases/round-2/rounding/networks.json';
const recorded: { network: QuantizedModel; k: number; output: string }[] = recordedJson(networksPath);
const networks = [...new Set(recorded.map(({ network }) => network))];

describe.skipIf(!hasShared('models', networksPath))(
  sharedTitle('generated inputs', 'models', networksPath),
  () => {
    describe.each(machines)('%s', (name, run) => {
      // The reference takes four seconds for one image.
      const most = name === 'reference' ? 1 : recorded.length;
      test.each(networks)('%s', async (network) => {
        const cases = recorded.filter((each) => each.network === network).slice(0, most);
        const images = cases.map(({ k }) => seededImage(network, k));
        const outputs = await outputsOf(run, readShared(`models/${network}`), images);
        expect(outputs).toEqual(cases.map(({ output }) => [...Buffer.from(output, 'base64')]));
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
      expect(await outputsOf(run, model, [Uint8Array.from(input)])).toEqual([output]);
    });
  });
});

describe(sharedTitle('the memory of integers', 'models/mobilenet_v2_1.0_224_quant.tflite'), () => {
  test.skipIf(!hasShared('models/mobilenet_v2_1.0_224_quant.tflite')).each(Object.keys(sides))(
    '%s takes at most 0.3 of what it takes with the real numbers',
    (model) => {
      const memoryOf = (arithmetic: 'float32' | 'integer') => {
        const { network } = readTflite(readShared(`models/${model}`), { arithmetic });
        return planNetwork(network, allEngines.relaxed);
      };
      const [real, integer] = [memoryOf('float32'), memoryOf('integer')];
      expect(integer.memoryBytes / real.memoryBytes).toBeLessThan(0.3);
      expect(integer.weightBytes / real.weightBytes).toBeLessThan(0.3);
    },
  );
});
