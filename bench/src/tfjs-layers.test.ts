/** @file Keras layers, read and run by the reference, beside what TF.js itself gives for them. */

import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor } from '@sepconv/tensor';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { readTfjs } from '../../packages/formats/test/read-now.js';
import { expectClose, type Saved } from './testing/tfjs-check.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
  await tf.ready();
});

/** Every weight random: fresh biases and statistics are zeros and ones, which would hide a mistake. */
function randomize(model: tf.LayersModel): void {
  const weights = model.getWeights().map((weight, i) => {
    const isVariance = model.weights[i]?.name.includes('variance');
    return tf.randomUniform(weight.shape, isVariance ? 0.5 : -1, 1, 'float32', i + 1);
  });
  model.setWeights(weights);
}

/** A model as its `model.json` and one shard. */
async function saved(model: tf.LayersModel): Promise<Saved> {
  const artifacts: tf.io.ModelArtifacts[] = [];
  await model.save(
    tf.io.withSaveHandler(async (given) => {
      artifacts.push(given);
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const [{ modelTopology, weightSpecs = [], weightData } = {}] = artifacts;
  const json = { modelTopology, weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }] };
  const bytes = new Uint8Array(weightData as ArrayBuffer);
  return { model: JSON.parse(JSON.stringify(json)) as object, shards: new Map([['weights.bin', bytes]]) };
}

async function compare(model: tf.LayersModel): Promise<string[]> {
  randomize(model);
  const { network, inputs } = readTfjs(await saved(model));
  const random = createRandom(7);
  const given = inputs.map(({ name, shape }) => [name, randomTensor(shape, random)] as const);
  const outputs = runReference(network, new Map(given));
  const tensors = given.map(([, { data, shape }]) => tf.tensor(data, [...shape]));
  const predicted = model.predict(tensors.length === 1 ? (tensors[0] as tf.Tensor) : tensors);
  const [first] = [predicted].flat();
  expectClose(outputs.get(network.graph.outputs[0] ?? '')?.data ?? [], (await first?.data()) ?? []);
  return network.graph.nodes.map(({ op }) => op);
}

const { layers } = tf;
const inputShape = [6, 5, 4];

describe('a layer gives what TF.js gives', () => {
  test.each<[string, tf.layers.Layer[] | (() => tf.layers.Layer[])]>([
    [
      'Conv2D',
      () => [
        layers.conv2d({
          filters: 3,
          kernelSize: [3, 2],
          strides: [2, 1],
          padding: 'same',
          activation: 'relu6',
          inputShape,
        }),
      ],
    ],
    [
      'Conv2D with dilation',
      () => [layers.conv2d({ filters: 3, kernelSize: 2, dilationRate: [2, 2], useBias: false, inputShape })],
    ],
    [
      'pointwise Conv2D',
      () => [layers.conv2d({ filters: 3, kernelSize: 1, activation: 'hardSigmoid', inputShape })],
    ],
    [
      'DepthwiseConv2D',
      () => [
        layers.depthwiseConv2d({
          kernelSize: 3,
          depthMultiplier: 2,
          strides: 2,
          padding: 'same',
          activation: 'elu',
          inputShape,
        }),
      ],
    ],
    [
      'SeparableConv2D',
      () => [
        layers.separableConv2d({
          filters: 5,
          kernelSize: 3,
          depthMultiplier: 2,
          activation: 'selu',
          inputShape,
        }),
      ],
    ],
    [
      'Conv2DTranspose same',
      () => [
        layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: [2, 2], padding: 'same', inputShape }),
      ],
    ],
    [
      'Conv2DTranspose valid',
      () => [layers.conv2dTranspose({ filters: 3, kernelSize: [2, 4], strides: [3, 1], inputShape })],
    ],
    ['Dense', () => [layers.dense({ units: 7, activation: 'softmax', inputShape: [9] })]],
    ['Dense on an image', () => [layers.dense({ units: 7, activation: 'tanh', inputShape })]],
    ['BatchNormalization', () => [layers.batchNormalization({ epsilon: 0.01, inputShape })]],
    [
      'BatchNormalization without scale and center',
      () => [layers.batchNormalization({ scale: false, center: false, inputShape })],
    ],
    ['Activation swish', () => [layers.activation({ activation: 'swish', inputShape })]],
    ['Activation softplus', () => [layers.activation({ activation: 'softplus', inputShape })]],
    ['Activation sigmoid', () => [layers.activation({ activation: 'sigmoid', inputShape })]],
    ['ReLU', () => [layers.reLU({ maxValue: 0.5, inputShape })]],
    ['LeakyReLU', () => [layers.leakyReLU({ alpha: 0.2, inputShape })]],
    ['PReLU', () => [layers.prelu({ inputShape })]],
    ['PReLU with shared axes', () => [layers.prelu({ sharedAxes: [1, 2], inputShape })]],
    ['ELU', () => [layers.elu({ inputShape })]],
    ['Softmax', () => [layers.softmax({ axis: 3, inputShape })]],
    [
      'ZeroPadding2D',
      () => [
        layers.zeroPadding2d({
          padding: [
            [1, 2],
            [0, 3],
          ],
          inputShape,
        }),
      ],
    ],
    [
      'Cropping2D',
      () => [
        layers.cropping2D({
          cropping: [
            [1, 2],
            [0, 3],
          ],
          inputShape,
        }),
      ],
    ],
    ['UpSampling2D', () => [layers.upSampling2d({ size: [2, 3], inputShape })]],
    [
      'UpSampling2D bilinear',
      () => [layers.upSampling2d({ size: [2, 3], interpolation: 'bilinear', inputShape } as never)],
    ],
    ['MaxPooling2D', () => [layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same', inputShape })]],
    ['AveragePooling2D', () => [layers.averagePooling2d({ poolSize: [2, 3], inputShape })]],
    ['GlobalAveragePooling2D', () => [layers.globalAveragePooling2d({ inputShape } as never)]],
    ['GlobalMaxPooling2D', () => [layers.globalMaxPooling2d({ inputShape } as never)]],
    ['Flatten', () => [layers.flatten({ inputShape }), layers.dense({ units: 2 })]],
    [
      'Reshape and Permute',
      () => [layers.reshape({ targetShape: [5, -1, 2], inputShape }), layers.permute({ dims: [2, 3, 1] })],
    ],
    [
      'Rescaling and Dropout',
      () => [
        layers.rescaling({ scale: 0.5, offset: -1, inputShape } as never),
        layers.dropout({ rate: 0.5 }),
      ],
    ],
  ])('%s', async (_, make) => {
    expect(
      (await compare(tf.sequential({ layers: typeof make === 'function' ? make() : make }))).length,
    ).toBeGreaterThan(0);
  });

  test('merging layers, a layer that is applied twice, and a model inside a model', async () => {
    const a = tf.input({ shape: inputShape });
    const b = tf.input({ shape: inputShape });
    const shared = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' });
    const inner = tf.sequential({
      layers: [layers.conv2d({ filters: 4, kernelSize: 1, inputShape }), layers.reLU()],
    });
    const [x, y] = [shared.apply(a), shared.apply(b)] as tf.SymbolicTensor[];
    const nested = inner.apply(x as tf.SymbolicTensor) as tf.SymbolicTensor;
    const sum = layers.add().apply([nested, y as tf.SymbolicTensor, a]) as tf.SymbolicTensor;
    const product = layers.multiply().apply([sum, b]) as tf.SymbolicTensor;
    const mean = layers.average().apply([product, a]) as tf.SymbolicTensor;
    const joined = layers.concatenate().apply([mean, nested]) as tf.SymbolicTensor;
    await compare(tf.model({ inputs: [a, b], outputs: joined }));
  });
});

test('weights in uint8, uint16 and float16 become what TF.js makes of them', async () => {
  for (const dtype of ['uint8', 'uint16', 'float16'] as const) {
    const shape = [3, 4];
    const values = Array.from({ length: 12 }, (_, i) => (dtype === 'float16' ? 0x3800 + 77 * i : 20 * i + 3));
    const numbers = dtype === 'uint8' ? Uint8Array.from(values) : Uint16Array.from(values);
    const bytes = new Uint8Array(numbers.buffer);
    const quantization = dtype === 'float16' ? { dtype } : { dtype, scale: 0.013, min: -1.7 };
    const spec = { name: 'dense/kernel', shape, dtype: 'float32' as const, quantization };
    const decoded = tf.io.decodeWeights(bytes.buffer, [spec as tf.io.WeightsManifestEntry])['dense/kernel'];
    const config = { name: 'dense', units: 4, use_bias: false, batch_input_shape: [null, 3] };
    const model = {
      modelTopology: { class_name: 'Sequential', config: [{ class_name: 'Dense', config }] },
      weightsManifest: [{ paths: ['w'], weights: [spec] }],
    };
    const { network } = readTfjs({ model, shards: new Map([['w', bytes]]) });
    expect([...(network.weights.values().next().value?.data ?? [])]).toEqual([
      ...((await decoded?.data()) ?? []),
    ]);
  }
});
