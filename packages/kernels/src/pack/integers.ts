/** @file Packing of integer layers: bytes become 16-bit differences from the zero point in the order of use. */
import type { Tensor } from '@sepconv/tensor';
import type { IntegerColumnsLayout, IntegerDepthwiseLayout, IntegerGemmLayout } from '../plan/layout.js';

/** Stored integers; a bias without any is zeros. */
type Integers = Tensor['data'];

/** A zero point for each channel. */
const zerosOf = (zeroPoints: readonly number[], channels: number): Int32Array =>
  zeroPoints.length === 1
    ? new Int32Array(channels).fill(zeroPoints[0] as number)
    : Int32Array.from(zeroPoints);

/** Writes weights and biases of a matrix product: {@link IntegerGemmLayout}. */
export function packIntegerGemm(
  { groups, columns, panelColumns, taps, depth, zeroPoints }: IntegerGemmLayout,
  weight: Integers,
  bias: Integers,
  target: Uint8Array<ArrayBuffer>,
): void {
  const sums = new Int32Array(target.buffer, target.byteOffset, target.byteLength / 4);
  const pairs = new Int16Array(target.buffer, target.byteOffset, target.byteLength / 2);
  const channels = groups * columns;
  const zeros = zerosOf(zeroPoints, channels);
  const pairRows = Math.ceil(depth / 2);
  // Row by row through the weight, and in each row panel by panel, so that every cache line is read once.
  for (let row = 0; row <= taps * pairRows; row++) {
    const [tap, k] = [Math.floor((row - 1) / pairRows), 2 * ((row - 1) % pairRows)];
    const from = (tap * depth + k) * channels;
    let panel = 0;
    for (let group = 0; group < groups; group++) {
      for (let first = 0; first < columns; first += panelColumns) {
        const used = Math.min(panelColumns, columns - first);
        const width = Math.ceil(used / 4) * 4;
        const to = panel + row * width;
        const channel = group * columns + first;
        for (let column = 0; column < used; column++) {
          const c = channel + column;
          if (row === 0) {
            sums[to + column] = bias[c] ?? 0;
            continue;
          }
          const zero = zeros[c] as number;
          pairs[2 * (to + column)] = (weight[from + c] as number) - zero;
          if (k + 1 < depth) pairs[2 * (to + column) + 1] = (weight[from + channels + c] as number) - zero;
        }
        panel += (1 + taps * pairRows) * width;
      }
    }
  }
}

/** Writes weights and biases of a depthwise convolution: {@link IntegerDepthwiseLayout}. */
export function packIntegerDepthwise(
  { channels, taps, block, zeroPoints }: IntegerDepthwiseLayout,
  weight: Integers,
  bias: Integers,
  target: Uint8Array<ArrayBuffer>,
): void {
  const sums = new Int32Array(target.buffer, target.byteOffset, target.byteLength / 4);
  const weights = new Int16Array(target.buffer, target.byteOffset, target.byteLength / 2);
  const zeros = zerosOf(zeroPoints, channels);
  for (let channel = 0; channel < channels; channel++) {
    const lane = channel % block;
    // Counted in 16 bits: biases take two of them.
    const start = (channel - lane) * (2 + taps);
    sums[start / 2 + lane] = bias[channel] ?? 0;
    for (let tap = 0; tap < taps; tap++) {
      weights[start + block * (2 + tap) + lane] =
        (weight[tap * channels + channel] as number) - (zeros[channel] as number);
    }
  }
}

/** Writes biases and zero points of a product of computed matrices: {@link IntegerColumnsLayout}. */
export function packIntegerColumns(
  { columns, zeroPoints }: IntegerColumnsLayout,
  bias: Integers,
  target: Uint8Array<ArrayBuffer>,
): void {
  const numbers = new Int32Array(target.buffer, target.byteOffset, 2 * columns);
  const zeros = zerosOf(zeroPoints, columns);
  for (let column = 0; column < columns; column++) {
    numbers[2 * column] = bias[column] ?? 0;
    numbers[2 * column + 1] = zeros[column] as number;
  }
}
