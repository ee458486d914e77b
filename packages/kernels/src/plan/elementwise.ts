/** @file Planning of what is done element by element: activations and broadcast arithmetic. */
import type { BinaryOpName, Epilogue, FusedNode } from '@sepconv/graph';
import { elementCount, rowMajorStrides, type Shape, sameShape } from '@sepconv/tensor';
import type { Engine } from './engine.js';
import { epilogueName, type UnaryFunction } from './epilogue.js';
import { inputOperand, oneStep, shapeOf } from './operands.js';
import type { PlanContext, PlannedStep } from './step.js';

/** Floats in a unit of work of a flat loop. */
export const flatUnit = 4096;

/** An activation that no other kernel could take into its store. */
export interface UnaryKernel {
  readonly kind: 'unary';
  readonly name: string;
  readonly length: number;
  readonly activation: UnaryFunction;
}

/** One dimension of a broadcast operation; strides in floats, 0 where an input is stretched. */
export interface BroadcastDimension {
  readonly size: number;
  readonly strideA: number;
  readonly strideB: number;
}

/** An operation on two inputs with broadcasting. A unit of work is one pass over the innermost dimension. */
export interface BinaryKernel {
  readonly kind: 'binary';
  readonly name: string;
  readonly op: BinaryOpName;
  /** Outermost first; dimensions that need not be told apart are joined. */
  readonly dimensions: readonly BroadcastDimension[];
  readonly epilogue: Epilogue;
}

/** The kernel for an activation on an engine. */
export function planUnary(engine: Engine, length: number, activation: UnaryFunction): UnaryKernel {
  return { kind: 'unary', name: `f32${epilogueName([activation])}__${engine.name}`, length, activation };
}

function stridesFor(shape: Shape, output: Shape): number[] {
  const strides = rowMajorStrides(shape);
  return output.map((size, axis) => {
    const own = axis - output.length + shape.length;
    return own < 0 || (shape[own] === 1 && size !== 1) ? 0 : (strides[own] as number);
  });
}

/**
 * The dimensions of a broadcast operation with neighbours joined wherever both inputs run through them as if they were
 * one: two equal shapes become one long dimension, and `[N, H, W, C]` with `[N, 1, 1, C]` becomes `[N, H·W, C]`.
 */
function joinDimensions(a: Shape, b: Shape, output: Shape): BroadcastDimension[] {
  const stridesA = stridesFor(a, output);
  const stridesB = stridesFor(b, output);
  const joined: BroadcastDimension[] = [];
  output.forEach((size, axis) => {
    const next = { size, strideA: stridesA[axis] as number, strideB: stridesB[axis] as number };
    const last = joined.at(-1);
    if (size === 1) return;
    if (last !== undefined && last.strideA === next.strideA * size && last.strideB === next.strideB * size) {
      joined[joined.length - 1] = { ...next, size: last.size * size };
    } else {
      joined.push(next);
    }
  });
  return joined.length > 0 ? joined : [{ size: 1, strideA: 1, strideB: 1 }];
}

/** A long last dimension in pieces of at most `flatUnit`, so that it can be shared out; exact divisors only. */
function split(dimensions: readonly BroadcastDimension[]): readonly BroadcastDimension[] {
  const last = dimensions.at(-1) as BroadcastDimension;
  let pieces = Math.ceil(last.size / flatUnit);
  while (pieces < last.size / 64 && last.size % pieces !== 0) pieces++;
  if (pieces === 1 || last.size % pieces !== 0) return dimensions;
  const size = last.size / pieces;
  const outer = { size: pieces, strideA: last.strideA * size, strideB: last.strideB * size };
  return [...dimensions.slice(0, -1), outer, { ...last, size }];
}

/** The dimensions of a broadcast operation: as few as can be told apart, and enough of them for several units of work. */
export function broadcastDimensions(a: Shape, b: Shape, output: Shape): readonly BroadcastDimension[] {
  return split(joinDimensions(a, b, output));
}

/** The kernel for broadcast arithmetic on an engine. */
export function planBinary(
  engine: Engine,
  op: BinaryOpName,
  shapes: { readonly a: Shape; readonly b: Shape; readonly output: Shape },
  epilogue: Epilogue,
): BinaryKernel {
  const dimensions = broadcastDimensions(shapes.a, shapes.b, shapes.output);
  return {
    kind: 'binary',
    name: `f32_${op}${epilogueName(epilogue)}__${engine.name}`,
    op,
    dimensions,
    epilogue,
  };
}

/** Units of work: the product of all dimensions but the last. */
export function binaryUnits({ dimensions }: Pick<BinaryKernel, 'dimensions'>): number {
  return dimensions.slice(0, -1).reduce((product, { size }) => product * size, 1);
}

/** A step of one activation on the node's first input. */
export function activationStep(
  context: PlanContext,
  fused: FusedNode,
  activation: UnaryFunction,
): PlannedStep<UnaryKernel>[] {
  const length = elementCount(shapeOf(context, fused.output));
  const kernel = planUnary(context.engine, length, activation);
  return oneStep(context, fused, kernel, Math.ceil(length / flatUnit), [inputOperand(context, fused, 0)]);
}

/** A node on two operands; a power with one constant exponent for all is an activation, for which there may be a shorter way. */
export function planBinaryNode(
  context: PlanContext,
  fused: FusedNode,
): PlannedStep<UnaryKernel>[] | PlannedStep<BinaryKernel>[] {
  const { op, name, inputs, outputs } = fused.node;
  const [a, b, output] = [inputs[0], inputs[1], outputs[0]].map((value) => shapeOf(context, value)) as [
    Shape,
    Shape,
    Shape,
  ];
  const exponent = context.facts.exponents.get(name);
  if (exponent !== undefined && sameShape(a, output)) {
    return activationStep(context, fused, { kind: 'pow', exponent });
  }
  const kernel = planBinary(context.engine, op as BinaryOpName, { a, b, output }, fused.epilogue);
  return oneStep(context, fused, kernel, binaryUnits(kernel));
}
