/** @file Packing of integer layers: bytes become pairs of 16-bit differences from the zero point in the order of use. */
import type { Tensor } from '@sepconv/tensor';
import type {
  IntegerColumnsLayout,
  IntegerDepthwiseLayout,
  IntegerGemmLayout,
  IntegerParameters,
} from '../plan/layout.js';
import { lanes } from '../plan/sizes.js';
import { turnedWeight } from './panels.js';

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

/** Where the numbers of a weight lie: those of the channels `channelStride` apart, and each of them row by row. */
interface Places {
  readonly data: Integers;
  readonly placeOf: (row: number) => number;
  readonly channelStride: number;
}

function placesOf(weight: Tensor, channels: number): Places {
  const turned = turnedWeight(weight, channels);
  if (turned === undefined) return { data: weight.data, placeOf: (row) => row * channels, channelStride: 1 };
  const { from, places } = turned;
  return { data: from.data, placeOf: (row) => places[row] as number, channelStride: places.length };
}

/** Writes panels: biases, pairs of rows of the weight, ratios. */
function packPanels(
  panels: readonly Panel[],
  pairs: readonly RowPair[],
  channels: number,
  { zeroPoints, ratios }: Pick<IntegerParameters, 'zeroPoints' | 'ratios'>,
  weight: Tensor,
  bias: Integers,
  target: Uint8Array<ArrayBuffer>,
): void {
  const { buffer, byteOffset, byteLength } = target;
  const sums = new Int32Array(buffer, byteOffset, byteLength / 4);
  const floats = new Float32Array(buffer, byteOffset, byteLength / 4);
  const zeros = Int32Array.from(forEach(zeroPoints, channels));
  const factors = ratios && forEach(ratios, channels);
  const { data, placeOf, channelStride } = placesOf(weight, channels);
  const places = Int32Array.from(pairs.flat(), (row) => (row === undefined ? -1 : placeOf(row)));
  for (const { first, used, width, to } of panels) {
    const end = to + (pairs.length + 1) * width;
    for (let c = 0; c < used; c++) {
      const channel = first + c;
      sums[to + c] = bias[channel] ?? 0;
      if (factors !== undefined) floats[end + c] = factors[channel] as number;
      const start = channel * channelStride;
      const zero = zeros[channel] as number;
      for (let i = 0, at = to + width + c; i < places.length; i += 2, at += width) {
        const odd = places[i + 1] as number;
        const low = (data[start + (places[i] as number)] as number) - zero;
        const high = odd < 0 ? 0 : (data[start + odd] as number) - zero;
        // Both at once, the first one in the lower half: half as many stores.
        sums[at] = (low & 0xffff) | (high << 16);
      }
    }
  }
}

/** Writes a matrix product: {@link IntegerGemmLayout}. */
export function packIntegerGemm(
  layout: IntegerGemmLayout,
  weight: Tensor,
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
  weight: Tensor,
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
