import { VisionError } from '../errors.js';

/** Column and row of the first pixel and the distances, for each pass of an interlaced image (PNG, §8.1). */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Some of an image's rows and columns, whose filtered rows follow one another in the data. */
export interface Pass {
  readonly left: number;
  readonly top: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly columns: number;
  readonly rows: number;
  /** Bytes of one row without its filter type. */
  readonly rowBytes: number;
}

/** The passes that have pixels: one, or up to seven of an interlaced image. */
export function passesOf(width: number, height: number, bitsPerPixel: number, interlaced: boolean): Pass[] {
  return (interlaced ? adam7 : [[0, 0, 1, 1] as const])
    .map(([left, top, stepX, stepY]) => {
      const columns = Math.max(0, Math.ceil((width - left) / stepX));
      const rows = Math.max(0, Math.ceil((height - top) / stepY));
      return { left, top, stepX, stepY, columns, rows, rowBytes: Math.ceil((columns * bitsPerPixel) / 8) };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
}

/** Of left, above and above left, the one nearest to left + above − above left. */
function paeth(a: number, b: number, c: number): number {
  const pa = Math.abs(b - c);
  const pb = Math.abs(a - c);
  const pc = Math.abs(a + b - c - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** What is above the first row. */
const nothing = (rowBytes: number): Uint8Array => new Uint8Array(rowBytes);

/** Undoes a row's filter in place (PNG, §9.2); `distance` is that of a byte to the one of the pixel to its left. */
function unfilterRow(filter: number, row: Uint8Array, above: Uint8Array, distance: number): void {
  const length = row.length;
  if (filter === 1) {
    for (let i = distance; i < length; i++) row[i] = (row[i] as number) + (row[i - distance] as number);
  } else if (filter === 2) {
    for (let i = 0; i < length; i++) row[i] = (row[i] as number) + (above[i] as number);
  } else if (filter === 3) {
    for (let i = 0; i < length; i++) {
      const left = i < distance ? 0 : (row[i - distance] as number);
      row[i] = (row[i] as number) + ((left + (above[i] as number)) >> 1);
    }
  } else if (filter === 4) {
    const first = Math.min(distance, length);
    for (let i = 0; i < first; i++) row[i] = (row[i] as number) + (above[i] as number);
    for (let i = first; i < length; i++) {
      const predicted = paeth(row[i - distance] as number, above[i] as number, above[i - distance] as number);
      row[i] = (row[i] as number) + predicted;
    }
  } else if (filter !== 0) {
    throw new VisionError(`a row has the filter ${filter}, and PNG has 0 to 4: the file is damaged`);
  }
}

/**
 * Unfilters the rows of all passes in place, and hands each to `use` with the image's row that it belongs to. That is after
 * the next row has been unfiltered by it, so that `use` may write anywhere up to the row's end.
 */
export function unfilter(
  data: Uint8Array,
  passes: readonly Pass[],
  bitsPerPixel: number,
  use: (row: Uint8Array, pass: Pass, y: number) => void,
): void {
  const distance = Math.max(1, bitsPerPixel >> 3);
  let offset = 0;
  for (const pass of passes) {
    let above = nothing(pass.rowBytes);
    for (let r = 0; r < pass.rows; r++) {
      const row = data.subarray(offset + 1, offset + 1 + pass.rowBytes);
      unfilterRow(data[offset] as number, row, above, distance);
      if (r > 0) use(above, pass, pass.top + (r - 1) * pass.stepY);
      above = row;
      offset += 1 + pass.rowBytes;
    }
    use(above, pass, pass.top + (pass.rows - 1) * pass.stepY);
  }
}
