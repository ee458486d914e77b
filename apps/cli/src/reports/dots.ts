/** A picture of dots for a terminal: a braille character has two columns and four rows of them. */
export interface Dots {
  /** Dots beside and above each other. */
  readonly columns: number;
  readonly rows: number;
  /** Sets one, counted from the top left. */
  dot(column: number, row: number): void;
  /** The picture, top line first. */
  lines(): string[];
}

/** Bits of the eight dots, by row and column: U+2800 and up. */
const bits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** An empty picture, measured in characters. */
export function createDots(width: number, height: number): Dots {
  const cells = Array.from({ length: height }, () => new Array<number>(width).fill(0));
  return {
    columns: 2 * width,
    rows: 4 * height,
    dot: (column, row) => {
      const line = cells[row >> 2] as number[];
      line[column >> 1] = (line[column >> 1] ?? 0) | (bits[row & 3]?.[column & 1] ?? 0);
    },
    lines: () => cells.map((line) => line.map((cell) => String.fromCodePoint(0x2800 + cell)).join('')),
  };
}
