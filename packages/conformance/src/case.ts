import { type AttributesOf, GraphBuilder, type OpName, type ParameterRole } from '@sepconv/graph';
import { formatShape, type Shape, type Tensor } from '@sepconv/tensor';
import { declareTensor, type NodeTensors, roleOfInput } from './single-node.ts';
import type { ConformanceCase } from './types.ts';
import { createFiller, describeValues, type Values } from './values.ts';

/** An operand of a case; without a role it is an input of the network, unless the op's contract makes it a parameter. */
export interface Operand {
  readonly tensor: Tensor;
  readonly role?: ParameterRole;
}

/** `strides 2,1 padding {"top":0,…}`, for a label. */
function describeAttributes(attributes: object): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join(' ');
}

/** Shape, and the type where it is none of real numbers. */
const describeTensor = ({ shape, dtype }: Tensor): string =>
  dtype === 'float32' ? formatShape(shape) : `${dtype} ${formatShape(shape)}`;

/**
 * A case of a network with one node. Inputs are called `input`, `input-1`, …; parameters after their role; the output
 * after the op.
 */
export function singleNodeCase<Name extends OpName>(
  op: Name,
  attributes: AttributesOf[Name],
  operands: readonly Operand[],
  values: string,
): ConformanceCase {
  const builder = new GraphBuilder(op);
  const given: NodeTensors = { inputs: new Map(), weights: new Map() };
  const names = operands.map(({ tensor, role: ownRole }, index) => {
    const role = ownRole ?? roleOfInput(op, index);
    return declareTensor(builder, given, { name: builder.uniqueName(role ?? 'input'), role, tensor });
  });
  const graph = builder.build([builder.node(op, names, attributes, op)]);
  const shapes = names.map((name, index) => `${name} ${describeTensor(operands[index]!.tensor)}`);
  const label = [op, shapes.join(', '), describeAttributes(attributes), values].filter((part) => part !== '');
  return { label: label.join('; '), network: { graph, weights: given.weights }, inputs: given.inputs };
}

/** A case of one node with one input of real numbers. */
export function inputCase<Name extends OpName>(
  op: Name,
  attributes: AttributesOf[Name],
  shape: Shape,
  values: Values,
): ConformanceCase {
  return singleNodeCase(
    op,
    attributes,
    [{ tensor: createFiller(values).data(shape) }],
    describeValues(values),
  );
}
