/** @file What detectors' heads are decoded into: boxes in pixels of the input, with scores. */

import type { Shape, Tensor } from '@sepconv/tensor';

/** Boxes before the choice of the best. */
export interface Candidates {
  /** `[A, 4]`: top, left, bottom, right, in pixels of the input. */
  readonly boxes: Float32Array;
  /** `[A, C]`, from 0 to 1, without a background. */
  readonly scores: Float32Array;
  readonly classes: number;
  /** `[A, P, 2]`: x and y of points that belong to a box. */
  readonly points?: Float32Array;
}

/** An output's name and shape. */
export interface OutputShape {
  readonly name: string;
  readonly shape: Shape;
}

/** What a run gave, by name. */
export interface Outputs {
  readonly tensors: ReadonlyMap<string, Tensor<'float32'>>;
}

/** Makes boxes of a run's outputs. */
export type Decoder = (outputs: Outputs) => Candidates;

/** Of an input, in pixels. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** Cells over an input, so many pixels wide and high. */
interface Grid {
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
}

/** The grids of these strides over an input. */
export const gridsOf = ({ height, width }: Size, strides: readonly number[]): Grid[] =>
  strides.map((stride) => ({
    stride,
    rows: Math.ceil(height / stride),
    columns: Math.ceil(width / stride),
  }));

/** How many cells grids have. */
export const cellCount = (grids: readonly Grid[]): number =>
  grids.reduce((sum, { rows, columns }) => sum + rows * columns, 0);

/** Calls for each cell of grids, one row after the other: its number, and its column, row and stride. */
export function forEachCell(
  grids: readonly Grid[],
  visit: (cell: number, column: number, row: number, stride: number) => void,
): void {
  let cell = 0;
  for (const { stride, rows, columns } of grids) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) visit(cell++, column, row, stride);
    }
  }
}

/** Writes a box by its centre. */
export function setBox(
  boxes: Float32Array,
  box: number,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  boxes.set([y - height / 2, x - width / 2, y + height / 2, x + width / 2], 4 * box);
}

/** The logistic function. */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
