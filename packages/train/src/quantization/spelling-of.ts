/** @file What a node becomes that is spelled in other ops. */
import type { Network, Node, NodeOf, Parameter, ValueTypes } from '@sepconv/graph';
import { createTensor, type Tensor } from '@sepconv/tensor';

/** What one node becomes, with the parameters that it needs. */
export interface Spelling {
  readonly nodes: readonly Node[];
  readonly parameters?: readonly (Parameter & { readonly tensor: Tensor })[];
}

/** Spells a node, where it can be. */
export type Speller<Name extends Node['op']> = (
  node: NodeOf<Name>,
  network: Network,
  types: ValueTypes,
) => Spelling | undefined;

/** A parameter with its numbers. */
export const constant = (
  name: string,
  role: Parameter['role'],
  shape: readonly number[],
  data: Float32Array,
): Parameter & { readonly tensor: Tensor } => ({
  name,
  role,
  shape,
  dtype: 'float32',
  tensor: createTensor('float32', shape, data),
});
