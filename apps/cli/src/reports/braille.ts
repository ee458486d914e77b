/**
 * @file A chart of dots for a terminal. Both axes are logarithmic, as a roofline wants them; no library draws that in text.
 */
import { createDots } from './dots.js';

/** A point of the picture, in the axes' own units. */
export interface BraillePoint {
  readonly x: number;
  readonly y: number;
}

/** What to draw. */
export interface BraillePlot {
  /** Columns and lines of characters, without axis and labels. */
  readonly width: number;
  readonly height: number;
  /** Both ends above 0. */
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  readonly points: readonly BraillePoint[];
  /** A curve, drawn at every column of dots. */
  readonly curve?: (x: number) => number;
}

/** The place of a value on a logarithmic axis, from 0 to 1. */
function place(value: number, [from, to]: readonly [number, number]): number {
  return (Math.log(value) - Math.log(from)) / (Math.log(to) - Math.log(from));
}

/** Powers of ten in a range. */
export function decades([from, to]: readonly [number, number]): number[] {
  const first = Math.ceil(Math.log10(from) - 1e-9);
  const last = Math.floor(Math.log10(to) + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 10 ** (first + i));
}

/** The lines of the picture, top first. Points outside the ranges are drawn at the edge: nothing is left out. */
export function braillePlot({ width, height, xRange, yRange, points, curve }: BraillePlot): string[] {
  const { columns, rows, dot, lines } = createDots(width, height);
  const clampTo = (size: number, share: number): number =>
    Math.min(size - 1, Math.max(0, Math.round(share * (size - 1))));
  const rowOf = (y: number): number => rows - 1 - clampTo(rows, place(y, yRange));
  if (curve !== undefined) {
    for (let column = 0; column < columns; column++) {
      const x = xRange[0] * (xRange[1] / xRange[0]) ** (column / (columns - 1));
      dot(column, rowOf(curve(x)));
    }
  }
  for (const { x, y } of points) if (x > 0 && y > 0) dot(clampTo(columns, place(x, xRange)), rowOf(y));
  return lines();
}

/** A number of an axis: `0.1`, `1`, `100`, `1k`. */
const tick = (value: number): string =>
  value >= 1000 ? `${value / 1000}k` : String(Number(value.toPrecision(2)));

/** The picture with both axes and their decades; `xTitle` stands below, `yTitle` above. */
export function brailleChart(plot: BraillePlot, xTitle: string, yTitle: string): string {
  const { width, height, xRange, yRange } = plot;
  const lines = braillePlot(plot);
  const yTicks = decades(yRange);
  const labelWidth = Math.max(...yTicks.map((value) => tick(value).length), 1);
  const labels = new Map(
    yTicks.map((value) => [
      Math.min(height - 1, Math.max(0, Math.round((1 - place(value, yRange)) * (height - 1)))),
      tick(value),
    ]),
  );
  const axis = new Array<string>(width + 6).fill(' ');
  for (const value of decades(xRange)) {
    const at = Math.round(place(value, xRange) * (width - 1));
    [...tick(value)].forEach((character, i) => {
      if (at + i < axis.length) axis[at + i] = character;
    });
  }
  const pad = ' '.repeat(labelWidth);
  return [
    `  ${yTitle}`,
    ...lines.map(
      (line, row) =>
        `  ${(labels.get(row) ?? '').padStart(labelWidth)} ${labels.has(row) ? '┤' : '│'}${line}`,
    ),
    `  ${pad} └${'─'.repeat(width)}`,
    `  ${pad}  ${axis.join('').trimEnd()}`,
    `  ${pad}  ${xTitle}`,
    '',
  ].join('\n');
}
