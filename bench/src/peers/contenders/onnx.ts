/** @file What the two packages of ONNX Runtime have in common: model bytes and images with channels first. */
import { readNetwork } from '@sepconv/formats';
import { toFileLayout } from '@sepconv/formats/onnx';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import type { Graph } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import type * as Ort from 'onnxruntime-web';
import type { FileModel, Prepared } from '../contender.ts';
import type { BenchModel } from '../models.ts';

/** The part of the two packages that is used; both have the same types. */
type Runtime = Pick<typeof Ort, 'InferenceSession' | 'Tensor'>;

/** Where each dimension of the graph, N, H, W, C, stands in the file. */
const channelsFirst = { fileAxes: [0, 2, 3, 1] };

/** A model as an ONNX file: its own bytes where it is one; a network of integers as QDQ, all of which the runtime may join. */
async function onnxOf(model: BenchModel | FileModel): Promise<{ bytes: Uint8Array; graph: Graph }> {
  if (!('file' in model)) return { bytes: writeOnnx(model.folded), graph: model.folded.graph };
  const { bytes } = model.file;
  const { network, format } = await readNetwork(bytes, model.file);
  return {
    bytes: format === 'onnx' ? bytes : writeOnnx(network, {}, { exact: false }),
    graph: network.graph,
  };
}

/** Prepares a session on the model's bytes: Conv and Clip, which the runtime fuses by itself. */
export async function prepareOnnx(
  runtime: Runtime,
  model: BenchModel | FileModel,
  options: Ort.InferenceSession.SessionOptions,
  engine: string,
): Promise<Prepared> {
  const { bytes, graph } = await onnxOf(model);
  const image = toFileLayout(model.input as Tensor, channelsFirst);
  const inputName = (graph.inputs[0] as { name: string }).name;
  const outputName = graph.outputs[0] as string;
  return {
    load: async () => {
      const session = await runtime.InferenceSession.create(bytes, options);
      return {
        engine,
        run: async () => {
          const tensor = new runtime.Tensor(
            image.dtype as 'float32',
            image.data as Float32Array,
            image.shape,
          );
          const results = await session.run({ [inputName]: tensor });
          const data = results[outputName]?.data as Float32Array | Uint8Array;
          return data instanceof Float32Array ? data : Float32Array.from(data);
        },
      };
    },
  };
}
