/** @file Planning of what only moves elements: a constant border, and joining along a dimension. */
import type { FusedNode, NodeOf } from '@sepconv/graph';
import { elementCount, type Shape } from '@sepconv/tensor';
import { inputOperand, oneStep, shapeOf } from './operands.js';
import type { PlanContext, PlannedStep } from './step.js';

/** A border of one constant. A unit of work is an output row: all dimensions but the last, joined. */
export interface PadKernel {
  readonly kind: 'pad';
  readonly name: string;
  /** The input's dimensions; trailing ones that get no border are joined into the last. */
  readonly shape: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
}

/** Blocks of several inputs side by side. A unit of work is one block of each. */
export interface ConcatKernel {
  readonly kind: 'concat';
  readonly name: string;
  readonly outer: number;
  /** Contiguous floats that each input gives to a unit. */
  readonly blocks: readonly number[];
  /** Where the blocks lie in a unit of the output, when they are only a part of it: so many floats from its start. */
  readonly within?: { readonly offset: number; readonly total: number };
}

/** Inputs of one kernel: a function has 1000 parameters at most, and each is a few bytes of every call. */
const mostInputs = 256;

/** Any kernel that only moves elements. */
export type CopyKernel = PadKernel | ConcatKernel;

/** The kernel for a border; `before` and `after` have one number per dimension. */
export function planPad(
  shape: Shape,
  before: readonly number[],
  after: readonly number[],
  value: number,
): PadKernel {
  let last = shape.length - 1;
  while (last > 0 && before[last] === 0 && after[last] === 0) last--;
  const inner = elementCount(shape.slice(last + 1));
  const joinLast = (numbers: readonly number[]): number[] => [
    ...numbers.slice(0, last),
    (numbers[last] ?? 0) * inner,
  ];
  return {
    kind: 'pad',
    name: 'f32_pad__simd128',
    shape: joinLast(shape.length === 0 ? [1] : shape),
    before: joinLast(before),
    after: joinLast(after),
    value,
  };
}

/** The output's dimensions, joined as the kernel's. */
export function paddedShape({ shape, before, after }: PadKernel): number[] {
  return shape.map((size, axis) => size + (before[axis] as number) + (after[axis] as number));
}

/** A kernel that joins inputs, and which: from `first` on, as many as it has blocks. */
export interface ConcatPart {
  readonly first: number;
  readonly kernel: ConcatKernel;
}

/** The kernels that join inputs along `axis`: one, or one for each few hundred inputs. */
export function planConcat(shapes: readonly Shape[], axis: number): readonly ConcatPart[] {
  const all = shapes.map((shape) => elementCount(shape.slice(axis)));
  const total = all.reduce((sum, floats) => sum + floats, 0);
  const outer = elementCount((shapes[0] as Shape).slice(0, axis));
  const parts: ConcatPart[] = [];
  let offset = 0;
  for (let first = 0; first < all.length; first += mostInputs) {
    const blocks = all.slice(first, first + mostInputs);
    const within = blocks.length < all.length ? { within: { offset, total } } : {};
    parts.push({ first, kernel: { kind: 'concat', name: 'f32_concat__simd128', outer, blocks, ...within } });
    offset += blocks.reduce((sum, floats) => sum + floats, 0);
  }
  return parts;
}

/** `concat`. */
export function planConcatNode(context: PlanContext, fused: FusedNode): PlannedStep<ConcatKernel>[] {
  const { axis } = (fused.node as NodeOf<'concat'>).attributes;
  const shapes = fused.node.inputs.map((input) => shapeOf(context, input));
  return planConcat(shapes, axis).flatMap(({ first, kernel }) => {
    const operands = kernel.blocks.map((_, index) => inputOperand(context, fused, first + index));
    return oneStep(context, fused, kernel, kernel.outer, operands);
  });
}

/** `pad`. */
export function planPadNode(context: PlanContext, fused: FusedNode): PlannedStep<PadKernel>[] {
  const { before, after, value } = (fused.node as NodeOf<'pad'>).attributes;
  const kernel = planPad(shapeOf(context, fused.node.inputs[0]), before, after, value);
  return oneStep(context, fused, kernel, elementCount(paddedShape(kernel).slice(0, -1)));
}
