/**
 * @file Planning of changes of an image's size, one axis after the other: along an axis
 *
 *   out[outer, y, inner] = Σ_t weight[y, t] · in[outer, place[y, t], inner]
 *
 * where `inner` are the contiguous floats of all axes behind. So the rows of an image are mixed as wholes, and then its pixels. The
 * places and weights of every position are a table among the packed weights. Every position has as many taps as the one with the
 * most: where it has fewer, its last tap is halved, and both halves read the same place. A tap with a weight of 0 would be shorter,
 * but 0 · ∞ is not 0.
 */
import { type FusedNode, type NodeOf, type ResizeTap, resizeTaps } from '@sepconv/graph';
import type { Engine } from './engine.js';
import { constantOperand, imageOf, inputOperand } from './operands.js';
import { floatBytes } from './sizes.js';
import type { Operand, PlanContext, PlannedStep } from './step.js';

/** A change of size along one axis. A unit of work is one output position of one `outer`. Counts of elements. */
export interface ResizeKernel {
  readonly kind: 'resize';
  readonly name: string;
  readonly outer: number;
  readonly input: number;
  readonly output: number;
  /** Contiguous floats of one position. */
  readonly inner: number;
  /** Taps of every position. */
  readonly taps: number;
  /** Whether every weight is 1, so that there is nothing to compute. */
  readonly isCopy: boolean;
}

/** Numbers of a tap in the table: its place in bytes and its weight. */
const tapNumbers = 2;

/** Bytes of the table for one position. */
export function tableBytes({ taps }: Pick<ResizeKernel, 'taps'>): number {
  return taps * tapNumbers * floatBytes;
}

/** The kernel for an axis on an engine; none when every position is that of the input. */
function planResizeAxis(
  engine: Engine,
  positions: readonly (readonly ResizeTap[])[],
  { outer, input, inner }: Pick<ResizeKernel, 'outer' | 'input' | 'inner'>,
): ResizeKernel | undefined {
  const isCopy = positions.every((taps) => taps.length === 1 && taps[0]?.weight === 1);
  if (isCopy && positions.length === input && positions.every(([tap], index) => tap?.index === index)) {
    return undefined;
  }
  const taps = positions.reduce((most, { length }) => Math.max(most, length), 0);
  const name = `f32_resize_${isCopy ? 'copy' : `${taps}t`}__${engine.name}`;
  return { kind: 'resize', name, outer, input, output: positions.length, inner, taps, isCopy };
}

/** The table: for every position and tap a 32-bit integer, the place in bytes, and a float, the weight. */
function tableOf(
  { taps, inner, output }: ResizeKernel,
  positions: readonly (readonly ResizeTap[])[],
): Operand {
  const weights = new Float32Array(output * taps * tapNumbers);
  const places = new Int32Array(weights.buffer);
  let at = 0;
  for (const found of positions) {
    const last = found.at(-1) as ResizeTap;
    let left = last.weight;
    for (let tap = 0; tap < taps; tap++) {
      const own = found[tap];
      const isSplit = tap >= found.length - 1 && tap < taps - 1;
      if (isSplit) left /= 2;
      places[at] = (own ?? last).index * inner * floatBytes;
      weights[at + 1] = tap < found.length - 1 ? (own as ResizeTap).weight : left;
      at += tapNumbers;
    }
  }
  return constantOperand(weights);
}

/** `resize2d`: both axes, the one first that leaves less between them. */
export function planResize(context: PlanContext, fused: FusedNode): PlannedStep<ResizeKernel>[] {
  const { attributes } = fused.node as NodeOf<'resize2d'>;
  const [batch, height, width, channels] = imageOf(context, fused.node.inputs[0]);
  const [rows, columns] = ([0, 1] as const).map((axis) =>
    resizeTaps(attributes, axis, [height, width][axis] as number),
  ) as [readonly (readonly ResizeTap[])[], readonly (readonly ResizeTap[])[]];
  const isRowsFirst = rows.length * width <= columns.length * height;
  const between = isRowsFirst ? width : columns.length;
  const lines = isRowsFirst ? rows.length : height;
  const alongRows = { positions: rows, outer: batch, input: height, inner: between * channels };
  const alongColumns = { positions: columns, outer: batch * lines, input: width, inner: channels };
  const passes = (isRowsFirst ? [alongRows, alongColumns] : [alongColumns, alongRows]).flatMap((axis) => {
    const kernel = planResizeAxis(context.engine, axis.positions, axis);
    return kernel === undefined ? [] : [{ kernel, positions: axis.positions }];
  });
  let input = inputOperand(context, fused, 0);
  return passes.map(({ kernel, positions }, index) => {
    const output = index === passes.length - 1 ? fused.output : `${fused.output}/resized-${index}`;
    const operands = [input, tableOf(kernel, positions), { kind: 'value' as const, value: output }];
    const units = kernel.outer * kernel.output;
    input = { kind: 'value', value: output };
    return { kernel, units, operands, output, outputBytes: units * kernel.inner * floatBytes };
  });
}
