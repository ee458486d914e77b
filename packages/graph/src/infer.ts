import { checkShape, TensorError } from '@sepconv/tensor';
import { GraphError } from './errors.js';
import { fail, type InferenceContext, type OpContract, refuseIntegers } from './ops/contract.js';
import { contractOf, isOpName, opNames } from './ops/registry.js';
import type { Graph, Node } from './types.js';
import type { ValueType } from './value-type.js';
import { expectGraph, kindOf } from './well-formed.js';

/** Types of all values of a graph by name. */
export type ValueTypes = ReadonlyMap<string, ValueType>;

/** A rule takes attributes apart without looking at each: what it stumbles over is an attribute of another kind. */
function inferWith(contract: OpContract<unknown>, context: InferenceContext<unknown>): readonly ValueType[] {
  try {
    return contract.infer(context);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    const keys = Object.keys(context.attributes as object).join(', ') || 'none';
    return fail(context, `an attribute is missing or of another kind (it has ${keys}): ${error.message}`);
  }
}

/**
 * The types of a node's outputs; the op's one function that validates and infers.
 *
 * @throws {ShapeError} when inputs or attributes do not fit.
 * @throws {GraphError} when the op is unknown or the number of inputs or outputs is not the op's.
 */
export function inferNode(node: Node, inputs: readonly ValueType[]): readonly ValueType[] {
  if (
    typeof node !== 'object' ||
    node === null ||
    typeof node.attributes !== 'object' ||
    node.attributes === null
  ) {
    throw new GraphError(
      `a node must be an object with attributes, {} for none, but ${kindOf(node)} has none`,
    );
  }
  if (!Array.isArray(inputs) || !Array.isArray(node.outputs)) {
    throw new GraphError(`the inputs and outputs of node "${String(node.name)}" must be lists`);
  }
  if (!inputs.every((input) => Array.isArray(input?.shape))) {
    throw new GraphError(
      `an input of node "${String(node.name)}" has no type: give { dtype, shape } for each`,
    );
  }
  if (!isOpName(node.op)) {
    throw new GraphError(
      `node "${(node as Node).name}" has the unknown op "${String((node as Node).op)}"; known are ${opNames.join(', ')}`,
    );
  }
  const contract = contractOf(node.op);
  const context: InferenceContext<unknown> = {
    node: node.name,
    op: node.op,
    attributes: node.attributes,
    inputs,
  };
  const most = contract.inputs === 'variadic' ? Infinity : contract.inputs.length;
  const least =
    contract.inputs === 'variadic' ? 1 : contract.inputs.filter(({ optional }) => !optional).length;
  if (inputs.length < least || inputs.length > most) {
    const wanted =
      least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
    fail(context, `needs ${wanted} inputs, but has ${inputs.length}`);
  }
  if (contract.integers === undefined) refuseIntegers(context);
  const outputs = inferWith(contract, context);
  for (const { shape } of outputs) {
    try {
      checkShape(shape, 'its output');
    } catch (error) {
      if (error instanceof TensorError) fail(context, error.message);
      throw error;
    }
  }
  if (node.outputs.length !== outputs.length) {
    fail(context, `gives ${outputs.length} outputs, but names ${node.outputs.length}`);
  }
  return outputs;
}

/**
 * Checks a whole graph and gives the type of every value: each name is defined once and before its use, no two nodes
 * share a name, every node fits, every output exists.
 *
 * @throws {GraphError}, {ShapeError} or, for an impossible shape of an input or parameter, {TensorError}, at the first
 *   contradiction.
 */
export function inferTypes(graph: Graph): ValueTypes {
  expectGraph(graph);
  const types = new Map<string, ValueType>();
  const define = (name: string, type: ValueType, what: string): void => {
    if (types.has(name))
      throw new GraphError(`${what} defines the value "${name}", which is defined already`);
    types.set(name, type);
  };
  for (const input of graph.inputs) {
    checkShape(input.shape, `the input "${input.name}"`);
    define(input.name, input, `the input "${input.name}"`);
  }
  for (const parameter of graph.parameters) {
    checkShape(parameter.shape, `the parameter "${parameter.name}"`);
    define(parameter.name, parameter, `the parameter "${parameter.name}"`);
  }
  const nodeNames = new Set<string>();
  for (const node of graph.nodes) {
    if (nodeNames.has(node.name)) throw new GraphError(`two nodes are called "${node.name}"`);
    nodeNames.add(node.name);
    const inputs = node.inputs.map((name) => {
      const type = types.get(name);
      if (type === undefined) {
        throw new GraphError(`${node.op} "${node.name}" reads "${name}", which nothing before it defines`);
      }
      return type;
    });
    inferNode(node, inputs).forEach((type, index) => {
      define(node.outputs[index] as string, type, `${node.op} "${node.name}"`);
    });
  }
  for (const name of graph.outputs) {
    if (!types.has(name))
      throw new GraphError(`the output "${name}" is not defined by any input, parameter or node`);
  }
  return types;
}
