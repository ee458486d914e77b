/** @file Packing of float32 layers: weights in the order in which a kernel reads them. */
import { elementCount, realNumbers, type Tensor, transposeTensor } from '@sepconv/tensor';
import { type ArrangedTaps, type DepthwisePanels, type ProductPanels, packedFloats } from '../plan/layout.js';
import { lanes } from '../plan/sizes.js';

/** The numbers of a layer. The weight's rows are as long as the bias, one column for each output channel. */
export interface LayerWeights {
  /** Of any element type; what is not float32 becomes it a few rows at a time. */
  readonly weight: Tensor;
  readonly bias: Float32Array;
  /** What each column is multiplied by on the way, in float64; a folded BatchNorm. */
  readonly factors?: Float64Array | undefined;
}

/**
 * A panel of packed numbers: some output channels, the first one's number `first` and each `every` behind the one before, in
 * rows of `width` from `to` on: the bias, then the rows of the weight.
 */
export interface PackedPanel {
  readonly first: number;
  readonly columns: number;
  readonly every: number;
  readonly to: number;
  readonly width: number;
}

/** What a channel is multiplied by; 1 changes nothing. */
const factorOf = (factors: Float64Array | undefined, channel: number): number =>
  factors === undefined ? 1 : (factors[channel] as number);

/** Numbers in memory: row `r` of channel `c` of a panel at `from + c · step + places[r]`. */
interface Source {
  readonly data: Float32Array;
  readonly from: number;
  readonly step: number;
  readonly places: Int32Array;
}

/**
 * Copies `rows` rows of a panel's columns to `to`, each multiplied by its factor: four side by side as long as there are four,
 * so that a cache line is used while it is there. This takes most of a network's loading; see bench/NOTES.md for what was
 * measured.
 */
function copyRows(
  { data, from, step, places }: Source,
  rows: number,
  target: Float32Array,
  to: number,
  { first, columns, every, width }: PackedPanel,
  factors?: Float64Array,
): void {
  let column = 0;
  for (; column + 4 <= columns; column += 4) {
    const channel = first + column * every;
    const factor0 = factorOf(factors, channel);
    const factor1 = factorOf(factors, channel + every);
    const factor2 = factorOf(factors, channel + 2 * every);
    const factor3 = factorOf(factors, channel + 3 * every);
    const start = from + column * step;
    let write = to + column;
    for (let row = 0; row < rows; row++) {
      const read = start + (places[row] as number);
      target[write] = (data[read] as number) * factor0;
      target[write + 1] = (data[read + step] as number) * factor1;
      target[write + 2] = (data[read + 2 * step] as number) * factor2;
      target[write + 3] = (data[read + 3 * step] as number) * factor3;
      write += width;
    }
  }
  for (; column < columns; column++) {
    const factor = factorOf(factors, first + column * every);
    for (let row = 0; row < rows; row++) {
      const read = from + column * step + (places[row] as number);
      target[to + row * width + column] = (data[read] as number) * factor;
    }
  }
}

/** Writes the bias of a panel. */
function copyBias(bias: Float32Array, panel: PackedPanel, target: Float32Array): void {
  const { first, every, to } = panel;
  copyRows({ data: bias, from: first, step: every, places: Int32Array.of(0) }, 1, target, to, panel);
}

/** Writes biases and weights of panels, `rowsTogether` rows for all panels before the next ones. */
function packPanels(
  panels: readonly PackedPanel[],
  rows: number,
  rowsTogether: number,
  read: (firstRow: number, rows: number) => Float32Array,
  { bias, factors }: Omit<LayerWeights, 'weight'>,
  target: Float32Array,
): void {
  const places = Int32Array.from({ length: rowsTogether }, (_, row) => row * bias.length);
  for (const panel of panels) copyBias(bias, panel, target);
  for (let firstRow = 0; firstRow < rows; firstRow += rowsTogether) {
    const count = Math.min(rowsTogether, rows - firstRow);
    const data = read(firstRow, count);
    for (const panel of panels) {
      const to = panel.to + (firstRow + 1) * panel.width;
      copyRows({ data, from: panel.first, step: panel.every, places }, count, target, to, panel, factors);
    }
  }
}

/** The panels of all groups in the order of memory. */
export function panelsOf({
  groups,
  columns,
  panelColumns,
  rows,
}: Omit<ProductPanels, 'taps'>): PackedPanel[] {
  const panels: PackedPanel[] = [];
  let to = 0;
  for (let group = 0; group < groups; group++) {
    for (let offset = 0; offset < columns; offset += panelColumns) {
      const used = Math.min(panelColumns, columns - offset);
      const width = Math.ceil(used / lanes) * lanes;
      panels.push({ first: group * columns + offset, columns: used, every: 1, to, width });
      to += (rows + 1) * width;
    }
  }
  return panels;
}

/** Rows of a weight whose taps are in another order, and side by side. */
function readTaps(
  weight: Tensor,
  { rows, columns, width, inputs, outputs, sideBySide }: ArrangedTaps,
  firstRow: number,
  count: number,
): Float32Array {
  const source = new Float32Array(count * sideBySide * outputs);
  for (let row = 0; row < count; row++) {
    const input = (firstRow + row) % inputs;
    const tap = (firstRow + row - input) / inputs;
    const i = rows[Math.floor(tap / columns.length)] as number;
    const j = columns[tap % columns.length] as number;
    for (let beside = 0; beside < sideBySide; beside++) {
      const from = ((i * width + j + beside) * inputs + input) * outputs;
      source.set(realNumbers(weight, from, outputs), (row * sideBySide + beside) * outputs);
    }
  }
  return source;
}

/** A weight as files have it: with its output channels in front, so that the numbers of each lie together. */
export interface TurnedWeight {
  readonly from: Tensor;
  /** By a row of the sum, its place among a channel's numbers. */
  readonly places: Int32Array;
}

/** What a tensor with the output channels behind is made of, if that has them in front. */
export function turnedWeight({ origin }: Tensor, channels: number): TurnedWeight | undefined {
  if (origin === undefined || origin.permutation.at(-1) !== 0 || origin.from.shape[0] !== channels)
    return undefined;
  const shape = origin.from.shape.slice(1);
  const places = Int32Array.from({ length: elementCount(shape) }, (_, place) => place);
  const order = origin.permutation.slice(0, -1).map((axis) => axis - 1);
  return { from: origin.from, places: transposeTensor({ dtype: 'int32', shape, data: places }, order).data };
}

/** Writes biases and weights of panels from a weight with its channels in front: panel by panel, each read once. */
function packTurned(
  panels: readonly PackedPanel[],
  { from, places }: TurnedWeight,
  { bias, factors }: Omit<LayerWeights, 'weight'>,
  target: Float32Array,
): void {
  const rows = places.length;
  const most = panels.reduce((columns, panel) => Math.max(columns, panel.columns), 0);
  const room = from.dtype === 'float32' ? undefined : new Float32Array(most * rows);
  for (const panel of panels) {
    const { first, columns, to, width } = panel;
    copyBias(bias, panel, target);
    const data = realNumbers(from, first * rows, columns * rows, room);
    copyRows({ data, from: 0, step: rows, places }, rows, target, to + width, panel, factors);
  }
}

/**
 * Rows of the weight that are packed for all panels before the next ones. A panel takes a few bytes of each row, and rows lie
 * pages apart: with more, neither those pages nor the rest of their cache lines would still be at hand for the next panel.
 */
const rowsPackedTogether = 32;

/** `numbers` so many times one behind the other. */
function repeated<T extends Float32Array | Float64Array>(numbers: T, times: number, target: T): T {
  for (let i = 0; i < times; i++) target.set(numbers, i * numbers.length);
  return target;
}

/** Biases and factors of a product that computes so many pixels side by side. */
function besides({ bias, factors }: LayerWeights, times: number): Omit<LayerWeights, 'weight'> {
  return {
    bias: repeated(bias, times, new Float32Array(times * bias.length)),
    factors: factors && repeated(factors, times, new Float64Array(times * factors.length)),
  };
}

/** Writes the weight `[sum, groups · columns]` (HWIO flattened) and the bias in panel order. */
export function packProduct(product: ProductPanels, numbers: LayerWeights, target: Float32Array): void {
  const { rows, taps } = product;
  const { weight, bias } = numbers;
  const turned = taps === undefined && rows > 0 ? turnedWeight(weight, bias.length) : undefined;
  if (turned !== undefined) {
    packTurned(panelsOf(product), turned, numbers, target);
    return;
  }
  const read = (first: number, count: number): Float32Array =>
    taps === undefined
      ? realNumbers(weight, first * bias.length, count * bias.length)
      : readTaps(weight, taps, first, count);
  const columns = taps === undefined ? numbers : besides(numbers, taps.sideBySide);
  packPanels(panelsOf(product), rows, rowsPackedTogether, read, columns, target);
}

/** Writes products of one layer one behind the other. */
export function packProducts(
  products: readonly ProductPanels[],
  numbers: LayerWeights,
  target: Float32Array,
): void {
  let start = 0;
  for (const product of products) {
    const end = start + packedFloats(product);
    packProduct(product, numbers, target.subarray(start, end));
    start = end;
  }
}

/** Writes the weight `[taps, channels · multiplier]` (HWCM flattened) and the bias in the order of use. */
export function packDepthwise(
  { channels, multiplier, taps, step }: DepthwisePanels,
  numbers: LayerWeights,
  target: Float32Array,
): void {
  const panels: PackedPanel[] = [];
  let to = 0;
  for (let first = 0; first < channels; first += step) {
    const columns = Math.min(step, channels - first);
    const width = Math.ceil(columns / lanes) * lanes;
    for (let multiple = 0; multiple < multiplier; multiple++) {
      panels.push({
        first: first * multiplier + multiple,
        every: multiplier,
        columns,
        to: to + multiple * width,
        width: width * multiplier,
      });
    }
    to += (taps + 1) * width * multiplier;
  }
  const read = (first: number, count: number): Float32Array =>
    realNumbers(numbers.weight, first * numbers.bias.length, count * numbers.bias.length);
  packPanels(panels, taps, taps, read, numbers, target);
}
