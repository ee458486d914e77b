import type { Tensor } from '@sepconv/tensor';
import type { AttributesOf, OpName } from './ops/registry.js';
import type { ValueType } from './value-type.js';

/** A named input of the network. */
export interface GraphInput extends ValueType {
  readonly name: string;
}

/**
 * What a parameter is for. `mean` and `variance` are BatchNorm's moving statistics: part of a checkpoint, but not
 * trained. `constant` is fixed data that is neither.
 */
export type ParameterRole = 'weight' | 'bias' | 'scale' | 'shift' | 'mean' | 'variance' | 'constant';

/** A named tensor that belongs to the network; its numbers lie beside the graph, in {@link Weights}. */
export interface Parameter extends ValueType {
  readonly name: string;
  readonly role: ParameterRole;
}

/** One operation. Values are named by strings; every name is defined once, by an input, a parameter or a node. */
export interface NodeOf<Name extends OpName> {
  readonly name: string;
  readonly op: Name;
  /** Value names in the op's order; optional trailing inputs are left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: AttributesOf[Name];
}

/** Any operation; `node.op` tells which, and narrows `node.attributes`. */
export type Node = { readonly [Name in OpName]: NodeOf<Name> }[OpName];

/**
 * A network as plain, immutable, serializable data: `JSON.stringify` and back gives the same graph. Nodes stand in an
 * order in which they can run.
 */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly GraphInput[];
  readonly parameters: readonly Parameter[];
  readonly nodes: readonly Node[];
  /** Names of the values that the network returns. */
  readonly outputs: readonly string[];
}

/** The numbers of a graph's parameters, by name. */
export type Weights = ReadonlyMap<string, Tensor>;

/** A graph with its numbers. */
export interface Network {
  readonly graph: Graph;
  readonly weights: Weights;
}
