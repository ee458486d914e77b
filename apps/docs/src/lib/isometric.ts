/** @file Boxes in cabinet projection, for the diagrams of feature maps and filters: rows, columns, channels. */

/** A point of the drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What a box looks like from the front, above and the right. */
export interface BoxFaces {
  readonly front: string;
  readonly top: string;
  readonly side: string;
  /** Lines between the cells of all three faces. */
  readonly grid: string;
  readonly width: number;
  readonly height: number;
}

/** How far one channel goes to the right and up, in units of a cell. */
export const depthStep: Point = { x: 0.55, y: 0.42 };

const polygon = (points: readonly Point[]): string =>
  `M${points.map(({ x, y }) => `${round(x)} ${round(y)}`).join('L')}Z`;

const line = (from: Point, to: Point): string =>
  `M${round(from.x)} ${round(from.y)}L${round(to.x)} ${round(to.y)}`;

const round = (value: number): number => Math.round(value * 100) / 100;

/** The faces of a box of `rows` × `columns` × `channels` cells of `cell` pixels, its outline's corner at (0, 0). */
export function boxFaces(rows: number, columns: number, channels: number, cell: number): BoxFaces {
  const [w, h] = [columns * cell, rows * cell];
  const [dx, dy] = [channels * cell * depthStep.x, channels * cell * depthStep.y];
  const at = (column: number, row: number, channel: number): Point => ({
    x: column * cell + channel * cell * depthStep.x,
    y: dy + row * cell - channel * cell * depthStep.y,
  });
  const corner = (right: number, bottom: number, back: number) =>
    at(right * columns, bottom * rows, back * channels);
  const grid: string[] = [];
  for (let column = 1; column < columns; column++) {
    grid.push(line(at(column, 0, 0), at(column, rows, 0)), line(at(column, 0, 0), at(column, 0, channels)));
  }
  for (let row = 1; row < rows; row++) {
    grid.push(
      line(at(0, row, 0), at(columns, row, 0)),
      line(at(columns, row, 0), at(columns, row, channels)),
    );
  }
  for (let channel = 1; channel < channels; channel++) {
    grid.push(
      line(at(0, 0, channel), at(columns, 0, channel)),
      line(at(columns, 0, channel), at(columns, rows, channel)),
    );
  }
  return {
    front: polygon([corner(0, 0, 0), corner(1, 0, 0), corner(1, 1, 0), corner(0, 1, 0)]),
    top: polygon([corner(0, 0, 0), corner(1, 0, 0), corner(1, 0, 1), corner(0, 0, 1)]),
    side: polygon([corner(1, 0, 0), corner(1, 0, 1), corner(1, 1, 1), corner(1, 1, 0)]),
    grid: grid.join(''),
    width: w + dx,
    height: h + dy,
  };
}
