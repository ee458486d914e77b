/**
 * @file The multiply-adds of one row of a depthwise window, for a block of pixels and a step of channels. Their order in an
 * output element is the window's, whatever the order in which the code goes through columns and weights.
 */
import { type DepthwiseKernel, elementBytes } from '../../plan/depthwise-conv2d.js';
import type { Engine } from '../../plan/engine.js';
import { columnPlace, type PixelBlock } from '../../plan/pixel-blocks.js';
import { floatBytes, lanes } from '../../plan/sizes.js';
import type { Code } from '../../wasm/code.js';
import { get, type Local, set, v128 } from '../../wasm/instructions.js';
import { addProduct } from '../arithmetic.js';
import { loadElements } from './elements.js';
import type { DepthwiseView } from './view.js';

const vectorBytes = lanes * floatBytes;

/** The registers and pointers of the multiply-adds. */
export interface TapRegisters {
  readonly engine: Engine;
  readonly kernel: DepthwiseView;
  readonly weights: Local;
  readonly zero: Local;
  /** The zero point of bytes, eight times. */
  readonly zeroPoints: Local | undefined;
  /** The sum of a pixel in a row, a multiple of its channels, and one of the step's vectors of channels. */
  readonly accumulator: (row: number, pixel: number, multiple: number, vector: number) => Local;
  /** Registers for columns of the input, and for weights, `vectors` of each. */
  readonly columns: readonly Local[];
  readonly weightRegisters: readonly Local[];
}

/** How many registers an order needs for input columns and for weights, in vectors of channels. */
export function registersOf(kernel: DepthwiseKernel): {
  readonly columns: number;
  readonly weights: number;
} {
  const { order, pixels, outputRows, window } = kernel;
  switch (order) {
    case 'columns':
      return { columns: 1, weights: outputRows * window[1] };
    case 'reloads':
      return { columns: 1, weights: 1 };
    default:
      return { columns: columnsOf(kernel, pixels).length, weights: 1 };
  }
}

/** The columns under a block of pixels that some tap reads, from the left. */
function columnsOf({ strides, dilations, window }: DepthwiseKernel, pixels: number): number[] {
  const columns = new Set<number>();
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let tap = 0; tap < window[1]; tap++) columns.add(pixel * strides[1] + tap * dilations[1]);
  }
  return [...columns].sort((a, b) => a - b);
}

/** A row of the input: what it works on. */
interface Row extends TapRegisters {
  readonly block: PixelBlock;
  /** Vectors of channels in the step, and those that are computed now. */
  readonly vectors: number;
  readonly present: readonly number[];
  /** The block's first loaded column in this row. */
  readonly pointer: Local;
  /** The output rows that it counts for, each with the bytes from `weights` to those of its row of the window. */
  readonly uses: readonly { readonly outputRow: number; readonly weightOffset: number }[];
}

/** Loads a column into registers, unless it lies outside the image. */
function loadColumn({ kernel, block, ...row }: Row, column: number, register: number): Code {
  const place = columnPlace(kernel, block, column);
  if (place === undefined) return [];
  return row.present.map((v) => {
    const offset = place * kernel.inputPixelBytes + v * lanes * elementBytes(kernel);
    return set(
      row.columns[register * row.vectors + v] as Local,
      loadElements(kernel, row.zeroPoints, row.pointer, offset),
    );
  });
}

/** Loads the weights of a tap and a multiple for one of the output rows. */
function loadWeights(row: Row, use: number, tap: number, multiple: number, register: number): Code {
  const { weightOffset } = row.uses[use] as Row['uses'][number];
  return row.present.map((v) => {
    const at = (tap * row.kernel.multiplier + multiple) * row.vectors + v;
    return set(
      row.weightRegisters[register * row.vectors + v] as Local,
      v128.load(get(row.weights), weightOffset + at * vectorBytes),
    );
  });
}

/** The multiply-adds of one tap of a pixel. A column outside the image is a register of zeros. */
function addTap(
  row: Row,
  outputRow: number,
  pixel: number,
  multiple: number,
  column: { readonly index: number; readonly register: number },
  weight: number,
): Code {
  const isOutside = columnPlace(row.kernel, row.block, column.index) === undefined;
  return row.present.map((v) => {
    const sum = row.accumulator(outputRow, pixel, multiple, v);
    const value = isOutside ? row.zero : (row.columns[column.register * row.vectors + v] as Local);
    const factor = row.weightRegisters[weight * row.vectors + v] as Local;
    return set(sum, addProduct(row.engine, row.kernel, get(value), get(factor), get(sum)));
  });
}

/** All weights of the row in registers, then each column once, for every pixel that needs it. */
function byColumns(row: Row): Code {
  const { kernel, block } = row;
  const { window, strides, dilations } = kernel;
  const taps = Array.from({ length: window[1] }, (_, tap) => tap);
  return [
    row.uses.map((_, use) => taps.map((tap) => loadWeights(row, use, tap, 0, use * window[1] + tap))),
    columnsOf(kernel, block.pixels).map((column) => {
      const uses = taps.flatMap((tap) => {
        const pixel = (column - tap * dilations[1]) / strides[1];
        return Number.isInteger(pixel) && pixel >= 0 && pixel < block.pixels ? [{ tap, pixel }] : [];
      });
      return [
        loadColumn(row, column, 0),
        row.uses.map(({ outputRow }, use) =>
          uses.map(({ tap, pixel }) =>
            addTap(row, outputRow, pixel, 0, { index: column, register: 0 }, use * window[1] + tap),
          ),
        ),
      ];
    }),
  ];
}

/** One output row. Each weight once; the columns are kept in registers for the taps behind, or loaded again. */
function byTaps(row: Row): Code {
  const { kernel, block } = row;
  const { window, strides, dilations, multiplier, order } = kernel;
  const kept = new Set<number>();
  const registers = new Map(
    order === 'taps' ? columnsOf(kernel, block.pixels).map((column, i) => [column, i]) : [],
  );
  const columnOf = (pixel: number, tap: number) => {
    const index = pixel * strides[1] + tap * dilations[1];
    return { index, register: registers.get(index) ?? 0 };
  };
  const pixels = Array.from({ length: block.pixels }, (_, pixel) => pixel);
  const { outputRow } = row.uses[0] as Row['uses'][number];
  const load = (pixel: number, tap: number): Code => {
    const { index, register } = columnOf(pixel, tap);
    if (kept.has(index)) return [];
    if (order === 'taps') kept.add(index);
    return loadColumn(row, index, register);
  };
  return Array.from({ length: window[1] }, (_, tap) => [
    order === 'taps' ? pixels.map((pixel) => load(pixel, tap)) : [],
    Array.from({ length: multiplier }, (_, multiple) => [
      loadWeights(row, 0, tap, multiple, 0),
      pixels.map((pixel) => [
        order === 'taps' ? [] : load(pixel, tap),
        addTap(row, outputRow, pixel, multiple, columnOf(pixel, tap), 0),
      ]),
    ]),
  ]);
}

/**
 * The multiply-adds of a row of the input, one register of channels after the other: the second finds the cache lines of the
 * first still there, however many channels lie between two pixels.
 */
export function emitRow(
  registers: TapRegisters,
  place: Pick<Row, 'block' | 'vectors' | 'pointer' | 'uses'>,
): Code {
  const { engine, kernel } = registers;
  const all = Array.from({ length: place.vectors }, (_, vector) => vector);
  const groups = Math.ceil(all.length / engine.vectorsPerRegister);
  return Array.from({ length: groups }, (_, group) => {
    const first = group * engine.vectorsPerRegister;
    const row = { ...registers, ...place, present: all.slice(first, first + engine.vectorsPerRegister) };
    return kernel.order === 'columns' ? byColumns(row) : byTaps(row);
  });
}
