/**
 * @file Networks that are quantized here and written: LiteRT.js gives the engine's bytes for TFLite, and onnxruntime for ONNX in both forms.
 * The engine runs each file as it is read back.
 */

import { writeOnnx } from '@sepconv/formats/write-onnx';
import { writeTflite } from '@sepconv/formats/write-tflite';
import { type Graph, initializeWeights, type Network } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { efficientNetB0, mobileNetV1, mobileNetV2, mobileNetV3Small } from '@sepconv/mobilenet';
import { quantizeNetwork } from '@sepconv/quantize';
import { createRandom, createTensor, randomTensor, type Tensor } from '@sepconv/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { readOnnx, readTflite } from '../../../packages/formats/test/read-now.ts';
import { chromiumTitle, hasChromium, type LiteRt, openLiteRt } from '../testing/litert.js';
import { type OptimizationLevel, runOnnx } from '../testing/written-onnx.ts';

const count = 20;
const graphs: readonly (readonly [name: string, make: () => Graph])[] = [
  ['MobileNetV1', () => mobileNetV1({ resolution: 64, width: 0.25, classes: 20 })],
  ['MobileNetV2', () => mobileNetV2({ resolution: 64, width: 0.35, classes: 20 })],
  ['MobileNetV3 Small', () => mobileNetV3Small({ resolution: 64, classes: 20 })],
  ['EfficientNet-B0', () => efficientNetB0({ resolution: 32, classes: 20 })],
];

/** Quantized from end to end, and with what the last product gives among the outputs: shares of 256 say little of it. */
async function quantized(graph: Graph): Promise<Network> {
  const shape = graph.inputs[0]?.shape ?? [];
  const samples = [1, 2].map((seed) => randomTensor(shape, createRandom(seed)));
  const { network } = await quantizeNetwork(
    { graph, weights: initializeWeights(graph, 1) },
    { samples, boundary: 'integer' },
  );
  const logits = network.graph.nodes.findLast(({ op }) => op === 'quantized-matmul')?.outputs[0] as string;
  return { ...network, graph: { ...network.graph, outputs: [...network.graph.outputs, logits] } };
}

/** Bytes of all that int8 is, the same every time. */
const drawnBytes = (length: number, seed: number): Int8Array<ArrayBuffer> => {
  const random = createRandom(seed);
  return Int8Array.from({ length }, () => random.integer(256) - 128);
};

/** The outputs of the network that a file is read back as, in its order of outputs. */
async function outputsBack(back: Network, images: readonly Tensor[]): Promise<string[]> {
  const session = await compile(back);
  try {
    return images.map(({ shape, data, dtype }) => {
      const given = createTensor(dtype, shape, data as never) as Tensor;
      const results = session.run(new Map([[back.graph.inputs[0]?.name ?? '', given]]));
      return [...(results as ReadonlyMap<string, Tensor>).values()]
        .map((tensor) => tensor.data.join())
        .join(';');
    });
  } finally {
    session.dispose();
  }
}

describe.each(graphs)('%s, quantized', (_, make) => {
  let network: Network;
  let images: Tensor[];
  beforeAll(async () => {
    network = await quantized(make());
    const [{ shape, quantization } = { shape: [] }] = network.graph.inputs;
    images = Array.from({ length: count }, (_, k) => {
      const length = shape.reduce((product, extent) => product * extent, 1);
      return createTensor('int8', shape, drawnBytes(length, k + 1), quantization) as Tensor;
    });
  }, 240_000);

  test.each<readonly ['qdq' | 'qlinear', OptimizationLevel]>([
    ['qdq', 'all'],
    ['qlinear', 'all'],
    ['qlinear', 'disabled'],
  ])(
    'as ONNX by the form %s: onnxruntime’s bytes, with its optimization "%s"',
    { timeout: 120_000 },
    async (form, level) => {
      const bytes = writeOnnx(network, {}, { form });
      const name = network.graph.inputs[0]?.name ?? '';
      const rows = images.map((image) => new Map([[name, image]]));
      const theirs = (await runOnnx(network, bytes, rows, level)).map((row) =>
        [...row.values()].map(({ data }) => data.join()).join(';'),
      );
      expect(new Set(theirs).size).toBe(count);
      expect(await outputsBack(readOnnx(bytes, { arithmetic: 'integer' }).network, images)).toEqual(theirs);
    },
  );

  test.skipIf(!hasChromium)(
    `as TFLite: LiteRT.js’s bytes${chromiumTitle}`,
    { timeout: 120_000 },
    async () => {
      const bytes = writeTflite(network);
      const litert: LiteRt = await openLiteRt();
      try {
        const rows = images.map(({ shape, data }) => [
          { dtype: 'int8' as const, shape, data: data as Int8Array },
        ]);
        const theirs = (await litert.run(bytes, rows)).map((outputs) =>
          outputs.map((numbers) => numbers.join()).join(';'),
        );
        expect(new Set(theirs).size).toBe(count);
        expect(await outputsBack(readTflite(bytes, { arithmetic: 'integer' }).network, images)).toEqual(
          theirs,
        );
        expect(await outputsBack(network, images)).toEqual(theirs);
      } finally {
        await litert.close();
      }
    },
  );
});
