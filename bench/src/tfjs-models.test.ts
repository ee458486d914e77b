import { compile } from '@sepconv/kernels';
import { createRandom, type Tensor } from '@sepconv/tensor';
import * as tf from '@tensorflow/tfjs';
import { InceptionV3Model } from 'nsfwjs/models/inception_v3';
import { MobileNetV2Model } from 'nsfwjs/models/mobilenet_v2';
import { MobileNetV2MidModel } from 'nsfwjs/models/mobilenet_v2_mid';
import { beforeAll, describe, expect, test } from 'vitest';
import { readTfjs } from '../../packages/formats/test/read-now.js';

interface ModelJson {
  readonly modelTopology: object;
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: tf.io.WeightsManifestEntry[];
  }[];
}

/** A model of nsfwjs: a function for model.json, and one for each shard, a text in base64. */
interface Definition {
  readonly modelJson: () => Promise<unknown>;
  readonly weightBundles: readonly (() => Promise<unknown>)[];
}

const defaultOf = (module: unknown): unknown => (module as { default: unknown }).default;

interface Parts {
  readonly model: ModelJson;
  readonly shards: ReadonlyMap<string, Uint8Array>;
}

async function partsOf({ modelJson, weightBundles }: Definition): Promise<Parts> {
  const model = defaultOf(await modelJson()) as ModelJson;
  const paths = model.weightsManifest.flatMap((group) => group.paths);
  const texts = await Promise.all(weightBundles.map(async (load) => defaultOf(await load()) as string));
  return {
    model,
    shards: new Map(paths.map((path, i) => [path, new Uint8Array(Buffer.from(texts[i] ?? '', 'base64'))])),
  };
}

/** What TF.js itself gives for an input, on its plain JavaScript backend. */
async function runTfjs(
  { model, shards }: Parts,
  shape: readonly number[],
  input: Float32Array,
): Promise<Float32Array> {
  const weightSpecs = model.weightsManifest.flatMap((group) => [...group.weights]);
  const weightData = new Uint8Array(Buffer.concat([...shards.values()])).buffer;
  const source = tf.io.fromMemory({ ...model, modelTopology: model.modelTopology, weightSpecs, weightData });
  const isGraph = 'node' in model.modelTopology;
  const loaded = isGraph ? await tf.loadGraphModel(source) : await tf.loadLayersModel(source);
  const output = loaded.predict(tf.tensor(input, [...shape])) as tf.Tensor;
  return (await output.data()) as Float32Array;
}

beforeAll(async () => {
  await tf.setBackend('cpu');
  await tf.ready();
});

describe('networks of nsfwjs in the fastest engine agree with TF.js', () => {
  test.each([
    [MobileNetV2Model.name, 'layers model, uint8 weights', 224, MobileNetV2Model],
    [MobileNetV2MidModel.name, 'graph model with fused ops', 224, MobileNetV2MidModel],
    [InceptionV3Model.name, 'layers model in six shards', 299, InceptionV3Model],
  ])('%s, a %s', { timeout: 600_000 }, async (_, __, side, definition) => {
    const parts = await partsOf(definition);
    const { network, inputs } = readTfjs(parts);
    const shape = [1, side, side, 3];
    expect(inputs[0]?.shape).toEqual(shape);
    const random = createRandom(5);
    const input = Float32Array.from({ length: side * side * 3 }, () => random.next());
    const session = await compile(network, { allowProcessFlags: true });
    const ours = session.run({ dtype: 'float32', shape, data: input } as Tensor).data;
    const theirs = await runTfjs(parts, shape, input);
    expect(ours).toHaveLength(theirs.length);
    const range = Math.max(...theirs) - Math.min(...theirs);
    expect(range).toBeGreaterThan(0.1);
    const error = Math.max(...theirs.map((value, i) => Math.abs(value - (ours[i] as number))));
    expect(error / range).toBeLessThan(1e-4);
  });
});
