/** @file Packing of integer layers: bytes become pairs of 16-bit differences from the zero point in the order of use. */
import type { Tensor } from '@sepconv/tensor';
import type {
  IntegerColumnsLayout,
  IntegerDepthwiseLayout,
  IntegerGemmLayout,
  IntegerParameters,
} from '../plan/layout.js';
import { lanes } from '../plan/sizes.js';

/** Stored integers; a bias without any is zeros. */
type Integers = Tensor['data'];

/** One number for each channel, of one for all or for each. */
const forEach = (numbers: readonly number[], channels: number): Float64Array =>
  numbers.length === 1 ? new Float64Array(channels).fill(numbers[0] as number) : Float64Array.from(numbers);

/** Output channels that lie side by side: `used` of them from `first` on, filled up to `width`. */
interface Panel {
  readonly first: number;
  readonly used: number;
  readonly width: number;
  /** Where it begins, counted in elements of four bytes. */
  readonly to: number;
}

/** Panels of at most `most` columns, `rows` rows each, of so many groups of columns. */
function panelsOf(groups: number, columns: number, most: number, rows: number): Panel[] {
  const panels: Panel[] = [];
  let to = 0;
  for (let group = 0; group < groups; group++) {
    for (let offset = 0; offset < columns; offset += most) {
      const used = Math.min(most, columns - offset);
      const width = Math.ceil(used / lanes) * lanes;
      panels.push({ first: group * columns + offset, used, width, to });
      to += rows * width;
    }
  }
  return panels;
}

/** Rows of the weight that lie beside one another, `undefined` for zeros. */
type RowPair = readonly [first: number, second: number | undefined];

/** Writes panels: biases, pairs of rows of the weight, ratios. */
function packPanels(
  panels: readonly Panel[],
  pairs: readonly RowPair[],
  channels: number,
  { zeroPoints, ratios }: Pick<IntegerParameters, 'zeroPoints' | 'ratios'>,
  weight: Integers,
  bias: Integers,
  target: Uint8Array<ArrayBuffer>,
): void {
  const { buffer, byteOffset, byteLength } = target;
  const sums = new Int32Array(buffer, byteOffset, byteLength / 4);
  const weights = new Int16Array(buffer, byteOffset, byteLength / 2);
  const floats = new Float32Array(buffer, byteOffset, byteLength / 4);
  const zeros = forEach(zeroPoints, channels);
  const factors = ratios && forEach(ratios, channels);
  for (const { first, used, width, to } of panels) {
    for (let c = 0; c < used; c++) sums[to + c] = bias[first + c] ?? 0;
    const end = to + (pairs.length + 1) * width;
    if (factors !== undefined) for (let c = 0; c < used; c++) floats[end + c] = factors[first + c] as number;
  }
  // Row by row through the weight, and in each row panel by panel, so that every cache line is read once.
  pairs.forEach((pair, index) => {
    for (let half = 0; half < 2; half++) {
      const row = pair[half];
      if (row === undefined) continue;
      for (const { first, used, width, to } of panels) {
        const from = row * channels + first;
        let at = 2 * (to + (index + 1) * width) + half;
        for (let c = 0; c < used; c++, at += 2) {
          weights[at] = (weight[from + c] as number) - (zeros[first + c] as number);
        }
      }
    }
  });
}

/** Writes a matrix product: {@link IntegerGemmLayout}. */
export function packIntegerGemm(
  layout: IntegerGemmLayout,
  weight: Integers,
  bias: Integers,
  target: Uint8Array<ArrayBuffer>,
): void {
  const { groups, columns, panelColumns, taps, depth, ratios } = layout;
  const pairs: RowPair[] = [];
  for (let tap = 0; tap < taps; tap++) {
    for (let k = 0; k < depth; k += 2) {
      const row = tap * depth + k;
      pairs.push([row, k + 1 < depth ? row + 1 : undefined]);
    }
  }
  const panels = panelsOf(groups, columns, panelColumns, pairs.length + (ratios === undefined ? 1 : 2));
  packPanels(panels, pairs, groups * columns, layout, weight, bias, target);
}

/** Writes a depthwise convolution: {@link IntegerDepthwiseLayout}. */
export function packIntegerDepthwise(
  layout: IntegerDepthwiseLayout,
  weight: Integers,
  bias: Integers,
  target: Uint8Array<ArrayBuffer>,
): void {
  const { channels, window, step, ratios } = layout;
  const [height, width] = window;
  const pairs: RowPair[] = [];
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x++) {
      const row = y * width + x;
      pairs.push([row, y + 1 < height ? row + width : undefined]);
    }
  }
  const panels = panelsOf(1, channels, step, pairs.length + (ratios === undefined ? 1 : 2));
  packPanels(panels, pairs, channels, layout, weight, bias, target);
}

/** Writes biases and zero points of a product of computed matrices: {@link IntegerColumnsLayout}. */
export function packIntegerColumns(
  { columns, zeroPoints }: IntegerColumnsLayout,
  bias: Integers,
  target: Uint8Array<ArrayBuffer>,
): void {
  const numbers = new Int32Array(target.buffer, target.byteOffset, 2 * columns);
  const zeros = forEach(zeroPoints, columns);
  for (let column = 0; column < columns; column++) {
    numbers[2 * column] = bias[column] ?? 0;
    numbers[2 * column + 1] = zeros[column] as number;
  }
}
