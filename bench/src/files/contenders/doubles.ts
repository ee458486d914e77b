/**
 * @file The network in double precision, by the plain loops of @sepconv/train: what it would give without rounding, so that
 * it can be told whose rounding keeps two runtimes apart.
 */
import { readNetwork, toFileLayout, toGraphLayout } from '@sepconv/formats';
import { foldBatchNorm, type Graph, type Network } from '@sepconv/graph';
import { createTensor, type Shape, type Tensor } from '@sepconv/tensor';
import { forward } from '@sepconv/train';
import type { OpenFile } from '../contender.ts';

const asDouble = ({ shape, data }: Tensor): Tensor<'float64'> =>
  createTensor('float64', shape, Float64Array.from(data, Number));

/** The network with float64 in place of float32; a BatchNorm is multiplied into its layer, as every runtime does. */
function inDoubles(network: Network): Network {
  const { graph, weights } = foldBatchNorm(network);
  const typed = <V extends Graph['inputs'][number]>(value: V): V => ({ ...value, dtype: 'float64' });
  return {
    graph: { ...graph, inputs: graph.inputs.map(typed), parameters: graph.parameters.map(typed) },
    weights: new Map([...weights].map(([name, tensor]) => [name, asDouble(tensor)])),
  };
}

const fileShape = (shape: Shape, fileAxes: readonly number[] | undefined): Shape =>
  fileAxes === undefined ? shape : shape.map((_, axis) => shape[fileAxes.indexOf(axis)] as number);

export const openDoubles: OpenFile = async ({ format, bytes, shards, shapes }) => {
  const { network, inputs, outputs } = await readNetwork(bytes, {
    format,
    externalData: shards,
    ...(shapes !== undefined && { shapes }),
  });
  const doubles = inDoubles(network);
  return {
    engine: 'double precision',
    inputs: inputs.map(({ name, shape, fileAxes }) => ({ name, shape: fileShape(shape, fileAxes) })),
    run: (numbers) => {
      const given = new Map<string, Tensor>();
      inputs.forEach((input, i) => {
        const data = Float64Array.from(numbers[i]?.data ?? []);
        const tensor = createTensor('float64', fileShape(input.shape, input.fileAxes), data);
        given.set(input.name, toGraphLayout(tensor, input));
      });
      const { values } = forward(doubles, given);
      return outputs.map((output) => {
        const { shape, data } = toFileLayout(values.get(output.name) as Tensor, output);
        return { name: output.name, shape, data: Float32Array.from(data) };
      });
    },
  };
};
