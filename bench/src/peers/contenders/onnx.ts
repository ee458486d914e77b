/** @file What the two packages of ONNX Runtime have in common: model bytes and images with channels first. */
import { toFileLayout, writeOnnx } from '@sepconv/formats/onnx';
import type * as Ort from 'onnxruntime-web';
import type { Prepared } from '../contender.ts';
import type { BenchModel } from '../models.ts';

/** The part of the two packages that is used; both have the same types. */
type Runtime = Pick<typeof Ort, 'InferenceSession' | 'Tensor'>;

/** Where each dimension of the graph, N, H, W, C, stands in the file. */
const channelsFirst = { fileAxes: [0, 2, 3, 1] };

/** Prepares a session on the model's bytes: Conv and Clip, which the runtime fuses by itself. */
export function prepareOnnx(
  runtime: Runtime,
  { folded, input }: BenchModel,
  options: Ort.InferenceSession.SessionOptions,
  engine: string,
): Prepared {
  const bytes = writeOnnx(folded);
  const image = toFileLayout(input, channelsFirst);
  const inputName = (folded.graph.inputs[0] as { name: string }).name;
  const outputName = folded.graph.outputs[0] as string;
  return {
    load: async () => {
      const session = await runtime.InferenceSession.create(bytes, options);
      return {
        engine,
        run: async () => {
          const tensor = new runtime.Tensor('float32', image.data, image.shape);
          const results = await session.run({ [inputName]: tensor });
          return results[outputName]?.data as Float32Array;
        },
      };
    },
  };
}
