/** @file Planning of what is done element by element: activations, broadcast arithmetic, batch normalization. */
import { rowMajorStrides, type Shape } from '@sepconv/tensor';
import type { Engine } from './engine.js';
import { type Epilogue, epilogueName, type UnaryFunction } from './epilogue.js';

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

/** An elementwise function of two arguments. */
export type BinaryOp = 'add' | 'div' | 'mul' | 'pow' | 'prelu' | 'sub';

/** An operation on two inputs with broadcasting. A unit of work is one pass over the innermost dimension. */
export interface BinaryKernel {
  readonly kind: 'binary';
  readonly name: string;
  readonly op: BinaryOp;
  /** Outermost first; dimensions that need not be told apart are joined. */
  readonly dimensions: readonly BroadcastDimension[];
  readonly epilogue: Epilogue;
}

/** `in · factor[c] + offset[c]`: a batch normalization that could not be folded. A unit of work is a pixel row. */
export interface ChannelwiseKernel {
  readonly kind: 'channelwise';
  readonly name: string;
  readonly rows: number;
  readonly channels: number;
  /** As `((in · half − mean) · factor) · rest + shift` instead of `in · factor + offset`. */
  readonly centred: boolean;
  readonly epilogue: Epilogue;
}

/** What a channel of a batch normalization is computed with, one row of the packed numbers for each. */
export interface NormRows {
  readonly centred: boolean;
  readonly rows: readonly ArrayLike<number>[];
}

const isOrdinary = (value: number): boolean => {
  const size = Math.abs(Math.fround(value));
  return size === 0 ? value === 0 : size >= 2 ** -126 && size < Infinity;
};

/**
 * From the factor `scale / √(variance + ε)`, mean and shift of each channel. Where a factor is no ordinary float32, as with a
 * variance of 0, or takes the mean out of range, the mean is subtracted first and the factor multiplied in two parts, of which
 * neither overflows alone; `half` keeps a difference that is multiplied by less than 1 from overflowing.
 */
export function normRows(
  factors: readonly number[],
  mean: ArrayLike<number>,
  shift: ArrayLike<number>,
): NormRows {
  const offsets = factors.map((factor, c) => (shift[c] as number) - (mean[c] as number) * factor);
  if (factors.every(isOrdinary) && offsets.every((offset) => Number.isFinite(Math.fround(offset)))) {
    return { centred: false, rows: [factors, offsets] };
  }
  const halves = factors.map((factor) => (Math.abs(factor) < 1 ? 0.5 : 1));
  const rests = factors.map((factor) => {
    const isSplit = factor !== 0 && Number.isFinite(factor);
    return isSplit ? 2 ** Math.trunc(Math.log2(Math.abs(factor)) / 2) : 1;
  });
  const means = halves.map((half, c) => half * (mean[c] as number));
  const firsts = factors.map((factor, c) => factor / (rests[c] as number) / (halves[c] as number));
  return { centred: true, rows: [halves, means, firsts, rests, shift] };
}

/** The kernel for an activation on an engine. */
export function planUnary(engine: Engine, length: number, activation: UnaryFunction): UnaryKernel {
  return { kind: 'unary', name: `f32${epilogueName([activation])}__${engine.name}`, length, activation };
}

/** The kernel for a batch normalization on an engine. */
export function planChannelwise(
  engine: Engine,
  rows: number,
  channels: number,
  epilogue: Epilogue,
  centred = false,
): ChannelwiseKernel {
  return {
    kind: 'channelwise',
    name: `f32_batch-norm${epilogueName(epilogue)}__${engine.name}`,
    rows,
    channels,
    centred,
    epilogue,
  };
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
export function joinDimensions(a: Shape, b: Shape, output: Shape): BroadcastDimension[] {
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

/** The kernel for broadcast arithmetic on an engine. */
export function planBinary(
  engine: Engine,
  op: BinaryOp,
  shapes: { readonly a: Shape; readonly b: Shape; readonly output: Shape },
  epilogue: Epilogue,
): BinaryKernel {
  const dimensions = split(joinDimensions(shapes.a, shapes.b, shapes.output));
  return {
    kind: 'binary',
    name: `f32_${op}${epilogueName(epilogue)}__${engine.name}`,
    op,
    dimensions,
    epilogue,
  };
}

/** Units of work: the product of all dimensions but the last. */
export function binaryUnits({ dimensions }: BinaryKernel): number {
  return dimensions.slice(0, -1).reduce((product, { size }) => product * size, 1);
}
