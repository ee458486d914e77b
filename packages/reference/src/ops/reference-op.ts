import type { AttributesOf, OpName } from '@sepconv/graph';
import type { Shape, Tensor } from '@sepconv/tensor';

/** What the reference computes with. */
export type FloatTensor = Tensor<'float32'>;

/** What an op is given. Shapes and attributes have passed the op's contract, so a loop nest checks nothing. */
export interface ReferenceCall<Name extends OpName> {
  readonly attributes: AttributesOf[Name];
  /** In the contract's order; optional trailing inputs may be absent. Float32, but for ops that take integers. */
  readonly inputs: readonly Tensor[];
  /** What the contract infers for the output. */
  readonly outputShape: Shape;
  /** Reports multiply-adds that were executed. */
  countMacs(macs: number): void;
}

/**
 * The definition of one op: it computes in float64 and rounds each element once, when it is stored, or computes with
 * integers exactly.
 */
export type ReferenceOp<Name extends OpName> = (call: ReferenceCall<Name>) => Tensor;

/** Definitions by the name of the op: all of them, or those that some networks need. */
export type ReferenceOps = { readonly [Name in OpName]?: ReferenceOp<Name> };

/** The inputs of an op that has a weight. */
export type InputWeightBias = readonly [input: FloatTensor, weight: FloatTensor, bias?: FloatTensor];

/** The same for ops on integers, whose third operand may be a zero point. */
export type InputWeightBiasTensors = readonly [input: Tensor, weight: Tensor, bias?: Tensor];

/** The shape of an image `[N, H, W, C]` or of a convolution's weight. */
export type Shape4 = readonly [number, number, number, number];
