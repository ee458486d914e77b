/** @file This project: the reader of the file's format, and the engine that `auto` chooses. */
import { readNetwork, toFileLayout, toGraphLayout } from '@sepconv/formats';
import type { OnnxTensor } from '@sepconv/formats/onnx';
import type { GraphInput } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { type Shape, type Tensor, zeros } from '@sepconv/tensor';
import type { OpenFile } from '../contender.ts';

const endings = { tflite: 'a.tflite', onnx: 'a.onnx', tfjs: 'a.json' } as const;

/** A shape of the graph as the file counts it. */
const fileShape = (shape: Shape, fileAxes: readonly number[] | undefined): Shape =>
  fileAxes === undefined ? shape : shape.map((_, axis) => shape[fileAxes.indexOf(axis)] as number);

/** What is known before the network runs: an input of which only some numbers mean anything. */
export const constantsOf = (values: Readonly<Record<string, number>>): ReadonlyMap<string, OnnxTensor> =>
  new Map(
    Object.entries(values).map(([name, value]) => [
      name,
      { type: 'int64', shape: [], data: Float64Array.of(value) },
    ]),
  );

export const openSepconv: OpenFile = async ({ format, bytes, shards, shapes, values = {}, arithmetic }) => {
  const { network, inputs, outputs } = await readNetwork(bytes, {
    format,
    fileName: endings[format],
    externalData: shards,
    constants: constantsOf(values),
    ...(shapes !== undefined && { shapes }),
    ...(arithmetic !== undefined && { arithmetic }),
  });
  const session = await compile(network, { allowProcessFlags: true });
  const types = new Map(network.graph.inputs.map((input) => [input.name, input]));
  return {
    engine: session.engine.name,
    inputs: inputs.map(({ name, shape, fileAxes }) => ({ name, shape: fileShape(shape, fileAxes) })),
    run: (numbers) => {
      const tensors = new Map<string, Tensor>();
      inputs.forEach((input, i) => {
        const { dtype } = types.get(input.name) as GraphInput;
        const tensor = zeros(dtype, fileShape(input.shape, input.fileAxes));
        tensor.data.set(numbers.find(({ name }) => name === input.name)?.data ?? numbers[i]?.data ?? []);
        tensors.set(input.name, toGraphLayout(tensor, input));
      });
      session.run(tensors);
      return outputs.map((output) => {
        const { shape, data } = toFileLayout(session.outputs.get(output.name) as Tensor, output);
        const numbers = data instanceof Float32Array ? data : Float32Array.from(data);
        if (output.count === undefined) return { name: output.name, shape, data: numbers };
        const [rows = 0] = session.outputs.get(output.count)?.data ?? [];
        const row = shape.slice(1).reduce((a, b) => a * b, 1);
        return {
          name: output.name,
          shape: [rows as number, ...shape.slice(1)],
          data: numbers.slice(0, (rows as number) * row),
        };
      });
    },
  };
};
