/**
 * @file Planning of what reads its input in another order: transposition and slices. Either is
 * `out[i₀, i₁, …] = in[offset + i₀ · s₀ + i₁ · s₁ + …]`, so one kernel does both.
 */
import type { FusedNode, NodeOf } from '@sepconv/graph';
import { rowMajorStrides, type Shape } from '@sepconv/tensor';
import { oneStep, shapeOf, typeOf } from './operands.js';
import type { PlanContext, PlannedStep } from './step.js';

/** A dimension to loop over; steps in floats, of which those in the input may be negative. */
export interface CopyDimension {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

/**
 * A copy in another order. A unit of work is one position of the outer dimensions, which have any order; in it, a block of
 * rows and columns is copied. Columns are neighbours in the output.
 *
 * - `run`: columns are neighbours in the input, too;
 * - `transpose`: rows are neighbours in the input, so squares of 4×4 are read, turned and written;
 * - `gather`: nothing is, and columns are loaded one by one.
 */
export interface StridedCopyKernel {
  readonly kind: 'strided-copy';
  readonly name: string;
  readonly mode: 'run' | 'transpose' | 'gather';
  readonly offset: number;
  readonly outer: readonly CopyDimension[];
  readonly rows: CopyDimension;
  readonly columns: CopyDimension;
}

/** A copy of bytes in another order; steps in bytes, and what is no run is gathered. */
export interface ByteStridedCopyKernel extends Omit<StridedCopyKernel, 'kind'> {
  readonly kind: 'byte-strided-copy';
}

/** Units that a copy has at least, if its sizes allow: enough to share out. */
const fewestUnits = 16;

/** Floats of a block that are worth a unit of their own. */
const leastBlock = 64;

/** The output's dimensions without those of one element, and with neighbours joined that are stepped through as one. */
function joinDimensions(shape: Shape, strides: readonly number[]): CopyDimension[] {
  const to = rowMajorStrides(shape);
  const joined: CopyDimension[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const next = { size, from: strides[axis] as number, to: to[axis] as number };
    const last = joined.at(-1);
    if (last?.from === next.from * size) joined[joined.length - 1] = { ...next, size: last.size * size };
    else joined.push(next);
  });
  return joined;
}

const positions = (dimensions: readonly CopyDimension[]): number =>
  dimensions.reduce((product, { size }) => product * size, 1);

/** A dimension as pieces of `size`, and the piece. */
function split(dimension: CopyDimension, size: number): [outer: CopyDimension, inner: CopyDimension] {
  const { from, to } = dimension;
  return [
    { size: dimension.size / size, from: from * size, to: to * size },
    { size, from, to },
  ];
}

/** The largest exact part of a dimension, a multiple of 4 if it can be, that leaves at least `pieces` pieces. */
function partOf({ size }: CopyDimension, pieces: number): number {
  for (const multiple of [4, 1]) {
    for (let part = Math.floor(size / pieces / multiple) * multiple; part > 0; part -= multiple) {
      if (size % part === 0) return part;
    }
  }
  return size;
}

/** Moves a part of the rows, or of the columns, to the outer dimensions where there would be too few units. */
function shareOut(
  outer: readonly CopyDimension[],
  rows: CopyDimension,
  columns: CopyDimension,
): Pick<StridedCopyKernel, 'outer' | 'rows' | 'columns'> {
  const pieces = Math.ceil(fewestUnits / positions(outer));
  if (pieces <= 1) return { outer, rows, columns };
  const part = partOf(rows, Math.min(pieces, rows.size));
  if (part < rows.size && part * columns.size >= leastBlock) {
    const [pieceOf, inner] = split(rows, part);
    return { outer: [...outer, pieceOf], rows: inner, columns };
  }
  const columnPart = partOf(columns, Math.min(pieces, columns.size));
  if (columnPart < columns.size && columnPart * rows.size >= leastBlock) {
    const [pieceOf, inner] = split(columns, columnPart);
    return { outer: [...outer, pieceOf], rows, columns: inner };
  }
  return { outer, rows, columns };
}

/**
 * The kernel that makes `shape` of an input by its offset and strides.
 */
export function planStridedCopy(
  op: 'slice' | 'transpose',
  shape: Shape,
  offset: number,
  strides: readonly number[],
): StridedCopyKernel {
  const dimensions = joinDimensions(shape, strides);
  const one = { size: 1, from: 0, to: 0 };
  const columns = dimensions.pop() ?? { ...one, from: 1, to: 1 };
  const isRun = columns.from === 1;
  const unit = isRun ? -1 : dimensions.findIndex(({ from }) => from === 1);
  const row = unit === -1 ? dimensions.length - 1 : unit;
  const rows = dimensions[row] ?? one;
  const outer = dimensions.filter((_, index) => index !== row);
  const mode = isRun ? 'run' : unit === -1 ? 'gather' : 'transpose';
  return {
    kind: 'strided-copy',
    name: `f32_${op}_${mode}__simd128`,
    mode,
    offset,
    ...shareOut(outer, rows, columns),
  };
}

/** Units of work. */
export function stridedCopyUnits({ outer }: StridedCopyKernel): number {
  return positions(outer);
}

/** The step of a copy; numbers of 32 bits are moved as floats are. */
function copyStep(
  context: PlanContext,
  fused: FusedNode,
  kernel: StridedCopyKernel,
): PlannedStep<StridedCopyKernel | ByteStridedCopyKernel>[] {
  const units = stridedCopyUnits(kernel);
  const { dtype } = typeOf(context, fused.output);
  if (dtype === 'float32' || dtype === 'int32') return oneStep(context, fused, kernel, units);
  const name = `bytes_${fused.node.op}_${kernel.mode === 'run' ? 'run' : 'gather'}`;
  return oneStep(context, fused, { ...kernel, kind: 'byte-strided-copy', name }, units);
}

/** `transpose`. */
export function planTranspose(context: PlanContext, fused: FusedNode): ReturnType<typeof copyStep> {
  const { permutation } = (fused.node as NodeOf<'transpose'>).attributes;
  const strides = rowMajorStrides(shapeOf(context, fused.node.inputs[0]));
  const turned = permutation.map((axis) => strides[axis] as number);
  return copyStep(context, fused, planStridedCopy('transpose', shapeOf(context, fused.output), 0, turned));
}

/** `slice`. */
export function planSlice(context: PlanContext, fused: FusedNode): ReturnType<typeof copyStep> {
  const { starts, steps } = (fused.node as NodeOf<'slice'>).attributes;
  const strides = rowMajorStrides(shapeOf(context, fused.node.inputs[0]));
  const offset = strides.reduce((sum, stride, axis) => sum + stride * (starts[axis] as number), 0);
  const stepped = strides.map((stride, axis) => stride * (steps[axis] as number));
  return copyStep(context, fused, planStridedCopy('slice', shapeOf(context, fused.output), offset, stepped));
}
