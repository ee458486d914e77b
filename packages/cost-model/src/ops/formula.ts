import type { NodeOf, OpName, ValueType } from '@sepconv/graph';
import type { LayerType } from '../types.js';

/** A node and the types of what it reads and gives: all that a formula may look at. */
export interface CostContext<Name extends OpName> {
  readonly node: NodeOf<Name>;
  /** In the op's order, parameters included. */
  readonly inputs: readonly ValueType[];
  readonly output: ValueType;
}

/** What a formula says of a node. Bytes and parameters follow from shapes and need no formula. */
export interface OpCost {
  readonly type: LayerType;
  /** Multiply-accumulates, an exact integer. */
  readonly macs: number;
  /** Whether the output is the input's memory under another shape, so that nothing moves. Default `false`. */
  readonly isView?: boolean;
  /** How much of its first input an op reads, where that is not all of it; it has no other. */
  readonly readElements?: number;
}

/** The cost of one op. */
export type CostFormula<Name extends OpName> = (context: CostContext<Name>) => OpCost;
