import type { Network, NodeOf, OpName } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import type { Arbitrary } from 'fast-check';
import type { FloatTensor } from './floats.ts';

/** Something that runs networks: the engine under test, or the oracle that it is compared with. */
export type Runner = (
  network: Network,
  inputs: ReadonlyMap<string, Tensor>,
) => ReadonlyMap<string, Tensor> | Promise<ReadonlyMap<string, Tensor>>;

/** A network with inputs on which an implementation is checked. */
export interface ConformanceCase {
  /** Op, shapes, attributes and seed: enough to write the case down again. */
  readonly label: string;
  readonly network: Network;
  readonly inputs: ReadonlyMap<string, Tensor>;
}

/** What an op's bound may look at. */
export interface BoundCall<Name extends OpName> {
  readonly node: NodeOf<Name>;
  /** The tensors that the oracle read. */
  readonly inputs: readonly Tensor[];
  /** For each input and element, how far an implementation's may be from the oracle's. */
  readonly errors: readonly FloatTensor[];
  /** What the oracle wrote. */
  readonly output: Tensor;
  /** Multiply-adds per element of the node that wrote the first input; 0 if it has none, or if an input wrote it. */
  readonly producerTerms: number;
  /** The oracle's result of this node, or of another one, on other tensors; its bounds are about real numbers. */
  run(inputs: readonly Tensor[], node?: Pick<NodeOf<OpName>, 'op' | 'attributes'>): Promise<FloatTensor>;
}

/**
 * How far an implementation's output may be from the oracle's, element by element, given how far its inputs may be.
 * Sound: a float32 implementation that adds the products of an element in any order, with or without fused
 * multiply-add, and whose inputs keep `errors`, keeps the result. Integer ops are exact: without errors nothing is allowed. NaN and infinities are left to the comparison.
 */
export type Bound<Name extends OpName> = (call: BoundCall<Name>) => FloatTensor | Promise<FloatTensor>;

/** What conformance means for one op. */
export interface OpConformance<Name extends OpName> {
  /** Cases by the name of the shape class that they are drawn from. */
  readonly classes: Readonly<Record<string, Arbitrary<ConformanceCase>>>;
  readonly bound: Bound<Name>;
}
