/** @file Whole networks beside onnxruntime's native library: the same file, the same numbers in. */
import { type ImportedNetwork, toFileLayout, toGraphLayout } from '@sepconv/formats/onnx';
import { compile } from '@sepconv/kernels';
import { createTensor, type Tensor } from '@sepconv/tensor';
import * as ort from 'onnxruntime-node';
import { judge, rangeOf } from '../harness/judge.ts';

/** Tensors by the names that the file gives its inputs and outputs, in the file's layout. */
export type FileTensors = ReadonlyMap<string, Tensor<'float32'>>;

/** What onnxruntime makes of a model; all of its inputs and outputs are float32. */
export async function runOnnxruntime(model: Uint8Array, inputs: FileTensors): Promise<FileTensors> {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    // Warnings about initializers that nobody uses, as exporters leave them.
    logSeverityLevel: 3,
  });
  try {
    const feeds = [...inputs].map(([name, { shape, data }]) => {
      return [name, new ort.Tensor('float32', data, [...shape])] as const;
    });
    const results = await session.run(Object.fromEntries(feeds));
    return new Map(
      Object.entries(results).map(([name, { dims, data }]) => [
        name,
        createTensor('float32', dims, Float32Array.from(data as Float32Array)),
      ]),
    );
  } finally {
    await session.release();
  }
}

/** What the fastest engine here makes of an imported network; inputs in the file's order. */
export async function runFastest(
  { network, inputs, outputs }: ImportedNetwork,
  given: FileTensors,
): Promise<FileTensors> {
  const session = await compile(network, { engine: 'auto', allowProcessFlags: true });
  try {
    const tensors = [...given.values()];
    const results = session.run(
      new Map(inputs.map((input, i) => [input.name, toGraphLayout(tensors[i] as Tensor<'float32'>, input)])),
    );
    return new Map(
      outputs.map((output) => {
        const { shape, data } = results.get(output.name) as Tensor<'float32'>;
        return [output.name, toFileLayout(createTensor('float32', shape, data.slice()), output)];
      }),
    );
  } finally {
    session.dispose();
  }
}

/**
 * The largest difference of any output, over the range of that output's numbers.
 *
 * @throws when an output is missing, of another shape, or all of one number: nothing could be said of it.
 */
export function relativeErrorOf(actual: FileTensors, expected: FileTensors): number {
  const errors = [...expected].map(([name, right]) => {
    const found = actual.get(name);
    if (found?.shape.join() !== right.shape.join()) {
      throw new Error(`${name} is ${found?.shape.join('×')} instead of ${right.shape.join('×')}`);
    }
    const range = rangeOf(right.data);
    if (!(range > 0 && range < Infinity)) throw new Error(`the numbers of ${name} range over ${range}`);
    return judge(found.data, right.data, range).maxErrorOverBound;
  });
  if (errors.length === 0) throw new Error('there is no output to compare');
  return Math.max(...errors);
}
