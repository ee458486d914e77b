/** @file One node as a network of its own. */

import { GraphBuilder, type NodeOf, type OpName, type ParameterRole } from '@sepconv/graph';

import type { Tensor } from '@sepconv/tensor';
import type { Runner } from './types.ts';

/** What the inputs of ops with parameters are for, from the first parameter on. */
const rolesOf: Partial<Record<OpName, readonly [firstParameter: number, ...ParameterRole[]]>> = {
  conv2d: [1, 'weight', 'bias'],
  'conv-transpose2d': [1, 'weight', 'bias'],
  'depthwise-conv2d': [1, 'weight', 'bias'],
  'pointwise-conv2d': [1, 'weight', 'bias'],
  'separable-conv2d': [1, 'weight', 'weight', 'bias'],
  dense: [1, 'weight', 'bias'],
  'batch-norm': [1, 'scale', 'shift', 'mean', 'variance'],
  'layer-norm': [1, 'scale', 'shift'],
  'quantized-conv2d': [1, 'weight', 'bias'],
  'quantized-matmul': [2, 'bias'],
  'conv-integer': [1, 'weight'],
};

/** The role of an op's input, or `undefined` for data that flows through the network. */
export function roleOfInput(op: OpName, index: number): ParameterRole | undefined {
  const [first, ...roles] = rolesOf[op] ?? [Infinity];
  return roles[index - first];
}

/** What the values of a one-node network are. */
export interface NodeTensors {
  readonly inputs: Map<string, Tensor>;
  readonly weights: Map<string, Tensor>;
}

/** Declares a tensor: as a parameter where it has a role, or else as an input of the network. */
export function declareTensor(
  builder: GraphBuilder,
  { inputs, weights }: NodeTensors,
  { name, role, tensor }: { name: string; role: ParameterRole | undefined; tensor: Tensor },
): string {
  (role === undefined ? inputs : weights).set(name, tensor);
  const { shape, dtype, quantization } = tensor;
  return role === undefined
    ? builder.input(name, shape, dtype, quantization)
    : builder.parameter(name, shape, role, dtype, quantization);
}

/** Runs a node on tensors: weights and statistics go in as parameters, as an engine expects them. */
export async function runSingleNode(
  oracle: Runner,
  { op, attributes }: Pick<NodeOf<OpName>, 'op' | 'attributes'>,
  tensors: readonly Tensor[],
): Promise<Tensor> {
  const builder = new GraphBuilder(op);
  const given: NodeTensors = { inputs: new Map(), weights: new Map() };
  const names = tensors.map((tensor, index) => {
    const role = roleOfInput(op, index);
    return declareTensor(builder, given, { name: `${role ?? 'input'}-${index}`, role, tensor });
  });
  const graph = builder.build([builder.node(op, names, attributes, 'output')]);
  const outputs = await oracle({ graph, weights: given.weights }, given.inputs);
  return outputs.get('output') as Tensor;
}
