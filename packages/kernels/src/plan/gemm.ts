/**
 * @file Planning of every matrix product: pointwise and standard convolutions and dense layers.
 *
 * Output pixel p and channel o:  out[p, o] = bias[o] + Σ_taps Σ_k in[p · pixelStride + tap + k] · weight[tap, k, o].
 * A pointwise convolution has one tap. In NHWC the taps of a kernel row lie side by side, so a K×K convolution is K
 * taps of K·C elements each: a matrix product on the image itself, no im2col.
 *
 * Weights are packed in panels of `tile.vectors` vectors of output channels: the bias, then the panel's weights in the
 * order of use. The last panel may be narrower, and is filled with zeros up to a whole vector.
 */

import type { Engine } from './engine.js';
import { type Epilogue, epilogueName } from './epilogue.js';
import { floatBytes, lanes } from './shapes.js';

/** Positions that the sum runs over outside its contiguous part: `count` of them, `stride` bytes apart. */
export interface TapLoop {
  readonly count: number;
  readonly stride: number;
}

/** How the loops around the tiles are nested. */
export type GemmOrder =
  /** A unit is a block of tiles, and sees all panels: the block stays in the cache. */
  | 'rows'
  /** A unit is a panel, and sees all tiles: the panel stays in the cache. */
  | 'columns';

/** A matrix product; see the file's head. All strides are in bytes. */
export interface GemmKernel {
  readonly kind: 'gemm';
  readonly name: string;
  readonly images: number;
  readonly imageStride: number;
  /** Lines of pixels in an image's output; a pointwise convolution has a single long one. */
  readonly lines: number;
  readonly lineStride: number;
  readonly pixels: number;
  readonly pixelStride: number;
  readonly taps: readonly TapLoop[];
  /** Contiguous elements of the sum at each tap. */
  readonly depth: number;
  /** Groups of channels; the next group's input lies `depth` elements further where there is more than one. */
  readonly groups: number;
  /** Output channels of one group. */
  readonly columns: number;
  readonly tile: { readonly rows: number; readonly vectors: number };
  readonly order: GemmOrder;
  /** Tiles in a unit, for the order `rows`. */
  readonly blockTiles: number;
  readonly epilogue: Epilogue;
}

/** What a convolution says of itself; the planner adds tile and order. */
export type GemmShape = Omit<GemmKernel, 'kind' | 'name' | 'tile' | 'order' | 'blockTiles'>;

/** Bytes that a block of input rows may take so that it stays in the second-level cache beside the weights. */
const blockBytes = 192 * 1024;

/** Weights that stay in the second-level cache from tile to tile. */
const residentWeightBytes = 512 * 1024;

/** Elements that one output element sums over. */
export function sumLength({ taps, depth }: Pick<GemmKernel, 'taps' | 'depth'>): number {
  return taps.reduce((product, { count }) => product * count, depth);
}

/** Panels of one group, the last of which may be narrower. */
export function panelCount(kernel: Pick<GemmKernel, 'columns' | 'tile'>): number {
  return Math.ceil(kernel.columns / (kernel.tile.vectors * lanes));
}

/** Vectors of a panel. */
export function panelVectors(kernel: Pick<GemmKernel, 'columns' | 'tile'>, panel: number): number {
  const vectors = Math.ceil(kernel.columns / lanes);
  return Math.min(kernel.tile.vectors, vectors - panel * kernel.tile.vectors);
}

/** Rows that fit beside `vectors` vectors of columns into the engine's registers. */
function rowsBeside(engine: Engine, vectors: number, pixels: number): number {
  const registers = Math.ceil(vectors / engine.vectorsPerRegister);
  return Math.max(1, Math.min(pixels, Math.floor(engine.accumulatorRegisters / registers)));
}

/**
 * The tile that keeps most multiply-adds busy. For each step of the sum, a tile of R rows and V registers of columns
 * takes R·V multiply-adds and R + V loads, and a processor does about one load for each multiply-add; columns that a
 * last, narrower panel leaves empty are lost.
 */
function chooseTile(engine: Engine, pixels: number, columns: number): GemmKernel['tile'] {
  const total = Math.ceil(columns / lanes);
  const widest = engine.accumulatorRegisters * engine.vectorsPerRegister;
  let best = { rows: 1, vectors: 1 };
  let bestCost = Infinity;
  for (let vectors = engine.vectorsPerRegister; vectors <= widest; vectors += engine.vectorsPerRegister) {
    const rows = rowsBeside(engine, vectors, pixels);
    const cost = costOfTile(engine, { rows, vectors }, total);
    if (cost < bestCost) {
      bestCost = cost;
      best = { rows, vectors: Math.min(vectors, total) };
    }
  }
  return best;
}

/** Relative time per row and step of the sum, over all panels. */
function costOfTile(engine: Engine, tile: GemmKernel['tile'], total: number): number {
  const panels = Math.ceil(total / tile.vectors);
  const registers = Math.ceil(tile.vectors / engine.vectorsPerRegister);
  // Eight independent sums hide the latency of an addition: fewer leave the unit idle.
  const multiplyAdds = Math.max(tile.rows * registers, 8);
  return (panels * Math.max(multiplyAdds, 0.9 * (tile.rows + registers))) / tile.rows;
}

/** The kernel for a matrix product on an engine. */
export function planGemm(engine: Engine, op: string, shape: GemmShape): GemmKernel {
  const tile = chooseTile(engine, shape.pixels, shape.columns);
  const depth = sumLength(shape);
  const weightBytes = depth * shape.columns * floatBytes;
  const rowBytes = tile.rows * depth * floatBytes;
  const streaming = weightBytes > residentWeightBytes && shape.groups === 1;
  const tiles = Math.ceil(shape.pixels / tile.rows);
  const imageBytes = shape.images * shape.lines * shape.pixels * depth * floatBytes;
  const order: GemmOrder =
    streaming && (tiles * shape.lines * shape.images === 1 || imageBytes < 8 * blockBytes)
      ? 'columns'
      : 'rows';
  const blockTiles = streaming ? Math.max(1, Math.min(tiles, Math.floor(blockBytes / rowBytes))) : 1;
  const name = `f32_${op}${epilogueName(shape.epilogue)}_${tile.rows}x${tile.vectors * lanes}__${engine.name}`;
  return { kind: 'gemm', name, ...shape, tile, order, blockTiles };
}

/** Units of work of a kernel. */
export function gemmUnits(kernel: GemmKernel): number {
  if (kernel.order === 'columns') return panelCount(kernel);
  const tiles = Math.ceil(kernel.pixels / kernel.tile.rows);
  return kernel.images * kernel.lines * Math.ceil(tiles / kernel.blockTiles);
}

/** Floats of the packed weights. */
export function packedLength(kernel: GemmKernel): number {
  const vectors = Math.ceil(kernel.columns / lanes);
  return kernel.groups * vectors * lanes * (sumLength(kernel) + 1);
}

/**
 * Writes the weight `[sum, groups · columns]` (HWIO flattened) and the bias in panel order.
 *
 * For each group and panel: `bias[columns of the panel]`, then for each element of the sum `weight[element, columns]`.
 */
export function packWeights(
  kernel: GemmKernel,
  weight: Float32Array,
  bias: Float32Array,
  target: Float32Array,
): void {
  const { columns, groups } = kernel;
  const depth = sumLength(kernel);
  const allColumns = groups * columns;
  let position = 0;
  for (let group = 0; group < groups; group++) {
    for (let panel = 0; panel < panelCount(kernel); panel++) {
      const first = group * columns + panel * kernel.tile.vectors * lanes;
      const width = panelVectors(kernel, panel) * lanes;
      const used = Math.min(width, (group + 1) * columns - first);
      target.set(bias.subarray(first, first + used), position);
      position += width;
      for (let k = 0; k < depth; k++) {
        const row = k * allColumns + first;
        // A plain loop: for so few elements a subarray costs more than its copy.
        for (let column = 0; column < used; column++)
          target[position + column] = weight[row + column] as number;
        position += width;
      }
    }
  }
}
