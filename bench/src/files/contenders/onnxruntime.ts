/** @file onnxruntime-node, the native library, on one thread. */
import * as ort from 'onnxruntime-node';
import type { FileNumbers, OpenFile } from '../contender.ts';

const arrays = {
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
  int8: Int8Array,
} as const;

function tensorOf(type: string, { shape, data }: FileNumbers): ort.Tensor {
  if (type === 'int64')
    return new ort.Tensor(
      'int64',
      BigInt64Array.from(data, (value) => BigInt(Math.round(value))),
      shape,
    );
  if (type === 'bool') return new ort.Tensor('bool', Uint8Array.from(data, Number), shape);
  if (!(type in arrays)) throw new Error(`an input of the type ${type} is not made here`);
  const known = type as keyof typeof arrays;
  return new ort.Tensor(known, arrays[known].from(data) as Float32Array, shape);
}

export const openOnnxruntime: OpenFile = async ({ bytes, shapes = {} }) => {
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const inputs = session.inputMetadata.map((input) => {
    const stated = input.isTensor ? input.shape.map(Number) : [];
    return {
      name: input.name,
      type: input.isTensor ? input.type : 'none',
      shape: [...(shapes[input.name] ?? stated)],
    };
  });
  return {
    engine: 'onnxruntime-node',
    inputs,
    run: async (numbers) => {
      const feeds = inputs.map(({ name, type }, i) => [name, tensorOf(type, numbers[i] as FileNumbers)]);
      const results = await session.run(Object.fromEntries(feeds));
      return session.outputNames.map((name) => {
        const { dims, data } = results[name] as ort.Tensor;
        const plain =
          data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number>, Number);
        return { name, shape: dims, data: plain };
      });
    },
  };
};
