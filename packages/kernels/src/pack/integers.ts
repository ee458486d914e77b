/** @file Packing of integer layers: bytes become pairs of 16-bit differences from the zero point in the order of use. */
import type { Tensor } from '@sepconv/tensor';
import { quad } from '../plan/byte-rows.js';
import type {
  IntegerBytesLayout,
  IntegerColumnsLayout,
  IntegerDepthwiseLayout,
  IntegerGemmLayout,
  IntegerParameters,
} from '../plan/layout.js';
import { type PackedPanel, panelsOf, turnedWeight } from './panels.js';

/** Stored integers; a bias without any is zeros. */
type Integers = Tensor['data'];

/** One number for each channel, of one for all or for each. */
const eachChannel = (numbers: readonly number[], channels: number): Float64Array =>
  numbers.length === 1 ? new Float64Array(channels).fill(numbers[0] as number) : Float64Array.from(numbers);

/** Rows of the weight that lie beside one another, `undefined` for zeros. */
type RowPair = readonly [first: number, second: number | undefined];

/** Rows of a panel behind the biases: the pairs, and the ratios where there are any. */
const rowsBehindBias = (pairs: readonly RowPair[], ratios: readonly number[] | undefined): number =>
  pairs.length + (ratios === undefined ? 0 : 1);

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
  panels: readonly PackedPanel[],
  pairs: readonly RowPair[],
  channels: number,
  { zeroPoints, ratios }: Pick<IntegerParameters, 'zeroPoints' | 'ratios'>,
  weight: Tensor,
  bias: Integers,
  target: Uint8Array<ArrayBuffer>,
  isBytes = false,
): void {
  const { buffer, byteOffset, byteLength } = target;
  const sums = new Int32Array(buffer, byteOffset, byteLength / 4);
  const bytePairs = new Uint16Array(buffer, byteOffset, byteLength / 2);
  const floats = new Float32Array(buffer, byteOffset, byteLength / 4);
  const zeros = Int32Array.from(eachChannel(zeroPoints, channels));
  const factors = ratios && eachChannel(ratios, channels);
  const { data, placeOf, channelStride } = placesOf(weight, channels);
  const places = Int32Array.from(pairs.flat(), (row) => (row === undefined ? -1 : placeOf(row)));
  for (const { first, columns, width, to } of panels) {
    const end = to + width + (pairs.length * width) / (isBytes ? 2 : 1);
    for (let c = 0; c < columns; c++) {
      const channel = first + c;
      sums[to + c] = bias[channel] ?? 0;
      if (factors !== undefined) floats[end + c] = factors[channel] as number;
      const column = { data, start: channel * channelStride, places, zero: zeros[channel] as number };
      if (isBytes) copyBytePairs(column, bytePairs, 2 * (to + width) + c, width);
      else copyPairs(column, sums, to + width + c, width);
    }
  }
}

/** The weights of a column: pairs of places behind the first one, of which the last may be −1, for zero. */
interface PairColumn {
  readonly data: Integers;
  readonly start: number;
  readonly places: Int32Array;
  readonly zero: number;
}

/** Writes the differences of a column, two at once, the first one in the lower half. */
function copyPairs(
  { data, start, places, zero }: PairColumn,
  target: Int32Array,
  to: number,
  width: number,
): void {
  for (let i = 0, at = to; i < places.length; i += 2, at += width) {
    const odd = places[i + 1] as number;
    const low = (data[start + (places[i] as number)] as number) - zero;
    const high = odd < 0 ? 0 : (data[start + odd] as number) - zero;
    target[at] = (low & 0xffff) | (high << 16);
  }
}

/** As {@link copyPairs}, of bytes as they are stored. */
function copyBytePairs(
  { data, start, places, zero }: PairColumn,
  target: Uint16Array,
  to: number,
  width: number,
): void {
  for (let i = 0, at = to; i < places.length; i += 2, at += width) {
    const odd = places[i + 1] as number;
    const low = data[start + (places[i] as number)] as number;
    const high = odd < 0 ? zero : (data[start + odd] as number);
    target[at] = (low & 0xff) | (high << 8);
  }
}

/** Writes a matrix product: {@link IntegerGemmLayout}. */
export function packIntegerGemm(
  layout: IntegerGemmLayout,
  weight: Tensor,
  bias: Integers,
  target: Uint8Array<ArrayBuffer>,
): void {
  const { groups, columns, panelColumns, taps, depth, ratios, isBytes } = layout;
  const pairs: RowPair[] = [];
  for (let tap = 0; tap < taps; tap++) {
    for (let k = 0; k < depth; k += 2) {
      const row = tap * depth + k;
      pairs.push([row, k + 1 < depth ? row + 1 : undefined]);
    }
  }
  const rows = rowsBehindBias(pairs, ratios) - (isBytes ? pairs.length / 2 : 0);
  const panels = panelsOf({ groups, columns, panelColumns, rows });
  packPanels(panels, pairs, groups * columns, layout, weight, bias, target, isBytes);
}

/** Writes a matrix product of bytes: {@link IntegerBytesLayout}. */
export function packIntegerBytes(
  { columns, panelColumns, depth, inputZero, hasFactors, zeroPoints, ratios }: IntegerBytesLayout,
  weight: Tensor,
  bias: Integers,
  target: Uint8Array<ArrayBuffer>,
): void {
  const { buffer, byteOffset, byteLength } = target;
  const sums = new Int32Array(buffer, byteOffset, byteLength / 4);
  const floats = new Float32Array(buffer, byteOffset, byteLength / 4);
  const zeros = eachChannel(zeroPoints, columns);
  const factors = ratios && eachChannel(ratios, columns);
  const { data, placeOf, channelStride } = placesOf(weight, columns);
  const places = Int32Array.from({ length: depth }, (_, row) => placeOf(row));
  const moved = weight.dtype === 'uint8' ? 128 : 0;
  const head = hasFactors ? 2 : 1;
  const quads = Math.ceil(depth / quad);
  const rows = head - 1 + quads + (ratios === undefined ? 0 : 1);
  for (const { first, columns: used, width, to } of panelsOf({ groups: 1, columns, panelColumns, rows })) {
    for (let c = 0; c < used; c++) {
      const channel = first + c;
      const zero = zeros[channel] as number;
      const start = channel * channelStride;
      let differences = 0;
      for (let k = 0; k < depth; k++) {
        const value = (data[start + (places[k] as number)] as number) - moved;
        differences += value - zero;
        target[4 * (to + (head + Math.floor(k / quad)) * width + c) + (k % quad)] = value;
      }
      sums[to + c] = (bias[channel] ?? 0) - Math.imul(inputZero, differences);
      if (hasFactors) sums[to + width + c] = -zero;
      if (factors !== undefined) floats[to + (head + quads) * width + c] = factors[channel] as number;
    }
  }
}

/** Writes a depthwise convolution: {@link IntegerDepthwiseLayout}. */
export function packIntegerDepthwise(
  layout: IntegerDepthwiseLayout,
  weight: Tensor,
  bias: Integers,
  target: Uint8Array<ArrayBuffer>,
): void {
  const { channels, window, step, ratios, inputZero, zeroPoints } = layout;
  const [height, width] = window;
  const pairs: RowPair[] = [];
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x++) {
      const row = y * width + x;
      pairs.push([row, y + 1 < height ? row + width : undefined]);
    }
  }
  const rows = rowsBehindBias(pairs, ratios);
  const panels = panelsOf({ groups: 1, columns: channels, panelColumns: step, rows });
  const { data, placeOf, channelStride } = placesOf(weight, channels);
  const places = Array.from({ length: height * width }, (_, row) => placeOf(row));
  const zeros = eachChannel(zeroPoints, channels);
  const moved = Int32Array.from(zeros, (zero, channel) => {
    const differences = places.reduce(
      (sum, at) => sum + (data[channel * channelStride + at] as number) - zero,
      0,
    );
    return (bias[channel] ?? 0) - Math.imul(inputZero, differences);
  });
  packPanels(panels, pairs, channels, layout, weight, moved, target);
}

/** Writes biases and zero points of a product of computed matrices: {@link IntegerColumnsLayout}. */
export function packIntegerColumns(
  { columns, zeroPoints }: IntegerColumnsLayout,
  bias: Integers,
  target: Uint8Array<ArrayBuffer>,
): void {
  const numbers = new Int32Array(target.buffer, target.byteOffset, 2 * columns);
  const zeros = eachChannel(zeroPoints, columns);
  for (let column = 0; column < columns; column++) {
    numbers[2 * column] = bias[column] ?? 0;
    numbers[2 * column + 1] = zeros[column] as number;
  }
}
