/** @file Tables for a terminal of 80 columns. */

/** A cell; numbers stand right, words left. */
export type Cell = string | number | undefined;

/** Three figures, or as many as stand before the point: 0.0123, 1.23, 12.3, 123, 1234. */
export function figures(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size === 0) return '0';
  const digits = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(size))));
  return value.toFixed(digits);
}

/** A fraction as a percentage without decimals. */
export const percent = (fraction: number): string => `${Math.round(fraction * 100)} %`;

const textOf = (cell: Cell): string => {
  if (cell === undefined) return '–';
  return typeof cell === 'number' ? figures(cell) : cell;
};

const startsLikeNumber = /^[-–+]?[\d.]|^–$/;

/** Lines of a table; a column in which every cell is a number, a percentage or missing stands right. */
export function formatTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => headings.map((_, column) => textOf(row[column])));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...texts.map((row) => (row[column] as string).length)),
  );
  const right = headings.map((_, column) =>
    texts.every((row) => startsLikeNumber.test(row[column] as string)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] as number;
        return right[column] ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(headings), ...texts.map(line)].join('\n');
}
