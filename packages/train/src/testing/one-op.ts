/** @file For tests only: networks of one op in float32, with the gradient of its input visible. */
import { GraphBuilder, type Network } from '@sepconv/graph';
import { createTensor, type Tensor } from '@sepconv/tensor';

/** Tensors by name. */
export type Named<T extends Tensor = Tensor> = ReadonlyMap<string, T>;

/** Every tensor of a map, changed. */
export function mapTensors<T extends Tensor>(map: Named, change: (tensor: Tensor) => T): Map<string, T> {
  return new Map([...map].map(([name, tensor]) => [name, change(tensor)]));
}

/** The same numbers in float32. */
export const inFloat32 = ({ shape, data }: Tensor): Tensor<'float32'> =>
  createTensor('float32', shape, Float32Array.from(data));

/** A function of every number, in float64. */
export const inFloat64 =
  (change: (value: number) => number) =>
  ({ shape, data }: Tensor): Tensor<'float64'> =>
    createTensor('float64', shape, Float64Array.from(data, change));

/** The graph with every input, and every parameter, of an element type. */
export function withDType({ graph }: Network, dtype: 'float32' | 'float64'): Network['graph'] {
  return {
    ...graph,
    inputs: graph.inputs.map((input) => ({ ...input, dtype })),
    parameters: graph.parameters.map((parameter) => ({ ...parameter, dtype })),
  };
}

/** Adds a trained parameter to every input: training gives no gradients of inputs, but of this. */
export function withTrainableInputs({ graph }: Network): Network['graph'] {
  const builder = new GraphBuilder(graph.name);
  const names = new Map<string, string>();
  for (const { name, shape } of graph.inputs) {
    const input = builder.input(name, shape);
    const shift = builder.parameter(`${name}/shift`, shape, 'bias');
    names.set(name, builder.node('add', [input, shift], {}, `${name}/shifted`));
  }
  for (const { name, shape, role } of graph.parameters) names.set(name, builder.parameter(name, shape, role));
  for (const { op, inputs, attributes, name, outputs } of graph.nodes) {
    const renamed = inputs.map((input) => names.get(input)!);
    names.set(outputs[0]!, builder.node(op, renamed, attributes as never, name));
  }
  return builder.build(graph.outputs.map((name) => names.get(name)!));
}
