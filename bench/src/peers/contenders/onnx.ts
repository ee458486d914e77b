/** @file What the two packages of ONNX Runtime have in common: model bytes and images with channels first. */
import type * as Ort from 'onnxruntime-web';
import { channelsFirst } from '../../onnx/layout.ts';
import { onnxModel } from '../../onnx/model.ts';
import type { Prepared } from '../contender.ts';
import type { BenchModel } from '../models.ts';

/** The part of the two packages that is used; both have the same types. */
type Runtime = Pick<typeof Ort, 'InferenceSession' | 'Tensor'>;

/** Prepares a session on the model's bytes. */
export function prepareOnnx(
  runtime: Runtime,
  { folded, input }: BenchModel,
  options: Ort.InferenceSession.SessionOptions,
  engine: string,
): Prepared {
  const bytes = onnxModel(folded);
  const [batch, height, width, channels] = input.shape as readonly [number, number, number, number];
  const image = channelsFirst(input);
  const inputName = (folded.graph.inputs[0] as { name: string }).name;
  const outputName = folded.graph.outputs[0] as string;
  return {
    load: async () => {
      const session = await runtime.InferenceSession.create(bytes, options);
      return {
        engine,
        run: async () => {
          const tensor = new runtime.Tensor('float32', image, [batch, channels, height, width]);
          const results = await session.run({ [inputName]: tensor });
          return results[outputName]?.data as Float32Array;
        },
      };
    },
  };
}
