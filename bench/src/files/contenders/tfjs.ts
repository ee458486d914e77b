/** @file TensorFlow.js: its WebAssembly backend on one thread, or where that lacks an op, its plain JavaScript one. */
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { FileNumbers, LoadedFile, OpenFile } from '../contender.ts';
import { seededInputs } from '../numbers.ts';

interface ModelJson {
  readonly modelTopology: object;
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: tf.io.WeightsManifestEntry[];
  }[];
}

/** Layers that UpscalerJS defines besides Keras's own: numbers by a factor, and channels as blocks of pixels. */
class MultiplyBeta extends tf.layers.Layer {
  static className = 'MultiplyBeta';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.mul([inputs].flat()[0] as tf.Tensor, 0.2);
  }
}

class PixelShuffle extends tf.layers.Layer {
  static className = 'PixelShuffle';
  readonly #scale: number;
  constructor(config: { scale: number }) {
    super(config as never);
    this.#scale = config.scale;
  }
  override computeOutputShape([batch, height, width]: tf.Shape): tf.Shape {
    return [batch ?? null, height ?? null, width ?? null, 3];
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.depthToSpace([inputs].flat()[0] as tf.Tensor4D, this.#scale);
  }
}

tf.serialization.registerClass(MultiplyBeta);
for (const name of ['PixelShuffle', 'PixelShuffle2x', 'PixelShuffle3x', 'PixelShuffle4x', 'PixelShuffle8x'])
  tf.serialization.registerClass(
    class extends PixelShuffle {
      static override className = name;
    } as never,
  );

type Model = tf.GraphModel | tf.LayersModel;

async function loadModel(bytes: Uint8Array, shards: ReadonlyMap<string, Uint8Array>): Promise<Model> {
  const json = JSON.parse(new TextDecoder().decode(bytes)) as ModelJson;
  const weightSpecs = json.weightsManifest.flatMap(({ weights }) => weights);
  const paths = json.weightsManifest.flatMap(({ paths }) => paths);
  const weightData = await new Blob(
    paths.map((path) => shards.get(path) as Uint8Array<ArrayBuffer>),
  ).arrayBuffer();
  const source = tf.io.fromMemory({ ...json, weightSpecs, weightData });
  return 'node' in json.modelTopology ? tf.loadGraphModel(source) : tf.loadLayersModel(source);
}

/** Runs a model; graph models with loops only run asynchronously. */
async function outputsOf(
  model: Model,
  inputs: readonly FileNumbers[],
  types: readonly tf.DataType[],
): Promise<FileNumbers[]> {
  const tensors = inputs.map(({ shape, data }, i) =>
    tf.tensor(types[i] === 'int32' ? Int32Array.from(data) : data, [...shape], types[i]),
  );
  const named = Object.fromEntries(inputs.map(({ name }, i) => [name, tensors[i] as tf.Tensor]));
  const results = [
    model instanceof tf.GraphModel
      ? await model.executeAsync(
          named,
          model.outputs.map(({ name }) => name),
        )
      : model.predict(tensors.length === 1 ? (tensors[0] as tf.Tensor) : tensors),
  ].flat();
  const outputs = await Promise.all(
    results.map(async (result, i) => ({
      name: model.outputs[i]?.name ?? '',
      shape: result.shape,
      data: Float32Array.from(await result.data()),
    })),
  );
  tf.dispose([tensors, results]);
  return outputs;
}

async function openOn(backend: 'wasm' | 'cpu', file: Parameters<OpenFile>[0]): Promise<LoadedFile> {
  await tf.setBackend(backend);
  await tf.ready();
  const model = await loadModel(file.bytes, file.shards);
  const stated = Object.values(file.shapes ?? {});
  const inputs = model.inputs.map(({ name, shape }, i) => {
    const open = (shape ?? []).map((size) => (size === null || size < 1 ? 1 : size));
    return {
      name,
      shape: [...(file.shapes?.[name] ?? (model.inputs.length === 1 ? stated[0] : stated[i]) ?? open)],
    };
  });
  const types = model.inputs.map(({ dtype }) => dtype);
  await outputsOf(model, seededInputs(inputs, 1, file), types); // what a backend lacks shows when it runs
  return {
    engine: backend === 'wasm' ? 'tfjs, WebAssembly (XNNPACK)' : 'tfjs, plain JavaScript',
    inputs,
    run: (numbers) => outputsOf(model, numbers, types),
  };
}

export const openTfjs: OpenFile = async (file, { tfjsBackendWasm }) => {
  setWasmPaths(tfjsBackendWasm);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  try {
    return await openOn('wasm', file);
  } catch {
    return await openOn('cpu', file);
  }
};
