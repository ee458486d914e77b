/**
 * @file The network in double precision, by the plain loops of @sepconv/train: what it would give without rounding, so that
 * it can be told whose rounding keeps two runtimes apart.
 */
import { readNetwork, toFileLayout, toGraphLayout } from '@sepconv/formats';
import { type AttributesOf, foldBatchNorm, type Graph, type Network, type Node } from '@sepconv/graph';
import { createTensor, type Shape, type Tensor } from '@sepconv/tensor';
import { forward } from '@sepconv/train';
import type { OpenFile } from '../contender.ts';
import { constantsOf } from './sepconv.ts';

const asDouble = ({ shape, data }: Tensor): Tensor<'float64'> =>
  createTensor('float64', shape, Float64Array.from(data, Number));

/**
 * A BatchNorm that is left, as the depthwise convolution of one pixel that it is: @sepconv/train would normalize by the
 * statistics of the batch.
 */
function asScale({ graph, weights }: Network): Network {
  const all = new Map(weights);
  const numbers = (name: string | undefined): ArrayLike<number> => weights.get(name ?? '')?.data ?? [];
  const parameters = [...graph.parameters];
  const nodes = graph.nodes.flatMap((node): Node | Node[] => {
    if (node.op !== 'batch-norm') return node;
    const [input = '', scale, shift, mean, variance] = node.inputs;
    const { epsilon } = node.attributes as AttributesOf['batch-norm'];
    const factors = Float64Array.from(
      numbers(scale),
      (value, i) => value / Math.sqrt((numbers(variance)[i] as number) + epsilon),
    );
    const offsets = factors.map(
      (factor, i) => (numbers(shift)[i] as number) - factor * (numbers(mean)[i] as number),
    );
    const [product, factor, offset] = ['product', 'factor', 'offset'].map(
      (part) => `${node.name}/${part}`,
    ) as [string, string, string];
    for (const [name, data] of [
      [factor, factors],
      [offset, offsets],
    ] as const) {
      all.set(name, createTensor('float64', [data.length], data));
      parameters.push({ name, role: 'constant', shape: [data.length], dtype: 'float64' });
    }
    return [
      { name: product, op: 'mul', inputs: [input, factor], outputs: [product], attributes: {} },
      { ...node, op: 'add', inputs: [product, offset], attributes: {} },
    ];
  });
  return { graph: { ...graph, parameters, nodes }, weights: all };
}

/** The network with float64 in place of float32; a BatchNorm is multiplied into its layer, as every runtime does. */
function inDoubles(network: Network): Network {
  const { graph, weights } = asScale(foldBatchNorm(network));
  const typed = <V extends Graph['inputs'][number]>(value: V): V => ({ ...value, dtype: 'float64' });
  return {
    graph: { ...graph, inputs: graph.inputs.map(typed), parameters: graph.parameters.map(typed) },
    weights: new Map([...weights].map(([name, tensor]) => [name, asDouble(tensor)])),
  };
}

const fileShape = (shape: Shape, fileAxes: readonly number[] | undefined): Shape =>
  fileAxes === undefined ? shape : shape.map((_, axis) => shape[fileAxes.indexOf(axis)] as number);

export const openDoubles: OpenFile = async ({ format, bytes, shards, shapes, values = {} }) => {
  const { network, inputs, outputs } = await readNetwork(bytes, {
    format,
    externalData: shards,
    constants: constantsOf(values),
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
