import { type AttributesOf, contractOf, type Graph, type IntegerOpName, type OpName } from '@sepconv/graph';
import { elementCount, type Shape } from '@sepconv/tensor';
import { TrainError } from '../errors.js';

/** What gradients are computed with: float32 in training, float64 where they are compared with central differences. */
export type Floats = Float32Array | Float64Array;

/**
 * What can be trained: every op of real numbers. A separable convolution is trained as the depthwise and the pointwise one
 * that it is defined as.
 */
export type TrainingOpName = Exclude<OpName, 'separable-conv2d' | IntegerOpName>;

/**
 * Refuses a network with ops that round to integers or compute with them: they have no derivative that could be followed.
 *
 * @throws {TrainError} naming the first node of integers.
 */
export function expectTrainable(graph: Graph): void {
  const node = graph.nodes.find(({ op }) => contractOf(op).integers === 'own');
  if (node !== undefined) {
    throw new TrainError(
      `${node.op} "${node.name}" computes with integers, which have no gradient: train the network of real numbers, and quantize it afterwards`,
    );
  }
}

/** Shapes and attributes of one node; they have passed the op's contract. */
export interface OpShapes<Name extends OpName> {
  readonly attributes: AttributesOf[Name];
  /** In the contract's order; optional trailing inputs may be absent. */
  readonly shapes: readonly Shape[];
  readonly outputShape: Shape;
}

/** One node with its numbers. */
export interface OpCall<Name extends OpName> extends OpShapes<Name> {
  readonly inputs: readonly Floats[];
  /** Written by `forward`, read by `backward`. */
  readonly output: Floats;
}

/** One node on the way back. L is what is being minimized. */
export interface BackwardCall<Name extends OpName> extends OpCall<Name> {
  /** ∂L/∂output. */
  readonly outputGradient: Floats;
  /** ∂L/∂input for each input, to be added to; `undefined` where nobody asks for it. */
  readonly inputGradients: readonly (Floats | undefined)[];
}

/**
 * One op as training needs it: its value and its derivative, as plain loops that sum in float64 and round each element
 * once. This is the definition that the engine is tested against.
 */
export interface TrainingOp<Name extends OpName> {
  forward(call: OpCall<Name>): void;
  backward(call: BackwardCall<Name>): void;
}

/** The shape of an image `[N, H, W, C]` or of a convolution's weight. */
export type Shape4 = readonly [number, number, number, number];

/** Adds sums that `fill` collects in float64 to `target`, each rounded once; does nothing without a target. */
export function addSums(target: Floats | undefined, fill: (sums: Float64Array) => void): void {
  if (target === undefined) return;
  const sums = new Float64Array(target.length);
  fill(sums);
  for (let i = 0; i < sums.length; i++) target[i] = target[i]! + sums[i]!;
}

/** Elements before, along and behind an axis: the element at (outer, k, inner) is `(outer · size + k) · inner + inner`. */
export function aroundAxis(shape: Shape, axis: number): { outer: number; size: number; inner: number } {
  return {
    outer: elementCount(shape.slice(0, axis)),
    size: shape[axis]!,
    inner: elementCount(shape.slice(axis + 1)),
  };
}
