/** @file LiteRT.js, Google's TFLite with XNNPACK in WebAssembly, on one thread. */
import { loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';
import type { FileNumbers, OpenFile } from '../contender.ts';

const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array } as const;

export const openLitert: OpenFile = async ({ bytes, shapes = {} }, { litert }) => {
  // What the runtime refuses it only prints, and gives whatever is in its memory.
  const errors: string[] = [];
  const print = console.error;
  console.error = (...words) => {
    const text = String(words[0]);
    if (text.startsWith('ERROR')) errors.push(text);
    else print(...words);
  };
  await loadLiteRt(litert);
  const model = await loadAndCompile(bytes, { accelerator: 'wasm' });
  const inputs = model
    .getInputDetails()
    .map(({ name, shape, dtype }) => ({ name, shape: [...(shapes[name] ?? shape)], dtype }));
  return {
    engine: 'LiteRT.js',
    inputs,
    run: async (numbers) => {
      const tensors = inputs.map(({ shape, dtype }, i) => {
        const { data } = numbers[i] as FileNumbers;
        return new Tensor(arrays[dtype as keyof typeof arrays].from(data), shape);
      });
      const results = await model.run(tensors);
      if (errors.length > 0) throw new Error(errors[0]);
      const details = model.getOutputDetails();
      const outputs = await Promise.all(
        results.map(async (result, i) => ({
          name: details[i]?.name ?? '',
          shape: [...(details[i]?.shape ?? [])],
          data: Float32Array.from(await result.data(), Number),
        })),
      );
      for (const tensor of [...tensors, ...results]) tensor.delete();
      return outputs;
    },
  };
};
