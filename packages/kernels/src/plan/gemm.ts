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

import type { Epilogue } from '@sepconv/graph';
import { align, readableSlack } from '../program/placement.js';
import { distinctBlocks, type ProductBlock } from './choices.js';
import type { Engine } from './engine.js';
import { epilogueName } from './epilogue.js';
import { prefixOf, type StoredSums, storedBytes } from './integers.js';
import { type GemmLayout, type LayerParameters, type ProductPanels, packedFloats } from './layout.js';
import { type CacheLimits, usualLimits } from './machine.js';
import { floatBytes, lanes } from './sizes.js';
import type { Operand } from './step.js';
import { type Widened, wideBytes } from './widened.js';

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

/** Where a product's output pixels lie when they do not follow one another; in bytes from the output's start. */
export interface OutputPlaces {
  readonly offset: number;
  readonly imageStride: number;
  readonly lineStride: number;
  readonly pixelStride: number;
}

/** A matrix product; see the file's head. All strides are in bytes. */
export interface GemmKernel {
  readonly kind: 'gemm';
  readonly name: string;
  /** From the input's start to the first tap of the first pixel. Default 0. */
  readonly inputOffset?: number;
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
  readonly groups: number;
  /** Bytes from a group's input to the next. Default: `depth` elements. */
  readonly groupStride?: number;
  /** Output channels of one group. */
  readonly columns: number;
  readonly tile: { readonly rows: number; readonly vectors: number };
  readonly order: GemmOrder;
  /** Tiles in a unit, for the order `rows`. */
  readonly blockTiles: number;
  /** Whole panels in a unit, for the order `rows` and a single group. Default: all. */
  readonly blockPanels?: number;
  readonly epilogue: Epilogue;
  /**
   * A product of 16-bit integers, and what is stored of it. An element of the sum is then a pair of neighbours, which lie in the
   * four bytes of a float: `i32x4.dot_i16x8_s` adds both products, and all else is as with floats.
   */
  readonly integers?: StoredSums;
  /** Integers that an output element sums over: of the last pair there may be one only. */
  readonly terms?: number;
  /** Of integers: what a unit's rows, and panels, are made of in scratch. All pixels are one line then, and strides are scratch's. */
  readonly widened?: Widened;
  /** Default: pixels, lines and images without gaps. */
  readonly places?: OutputPlaces;
  /** Whether the second factor is packed while the network runs, image by image, instead of once for all. */
  readonly isPackedPerImage?: boolean;
}

/** What a convolution says of itself; the planner adds tile and order. */
export type GemmShape = Omit<GemmKernel, 'kind' | 'name' | 'tile' | 'order' | 'blockTiles' | 'blockPanels'>;

/** Weights with which a few tiles take long enough to be shared out. */
const leastSharedWeightBytes = 256 * 1024;

/** Tiles of a block: panels are read once for all of them, and they are in good time for other threads. */
const tilesPerBlock = 9;

/** Tiles of a strip's block: its rows stay in the first-level cache. */
const tilesOfStrip = 4;

/** Tiles that are fewer than a block's. */
const fewTiles = 4;

/** Units that a layer has at least, if it has as many panels: threads that share fewer wait for one another. */
const leastUnits = 32;

/** Elements that one output element sums over. */
export function sumLength({ taps, depth }: Pick<GemmKernel, 'taps' | 'depth'>): number {
  return taps.reduce((product, { count }) => product * count, depth);
}

/** Bytes from an output pixel to the next in its line. */
export function outputPixelStride(kernel: GemmKernel): number {
  return kernel.places?.pixelStride ?? kernel.groups * kernel.columns * storedBytes(kernel.integers);
}

/**
 * Rows of a panel: the bias, what the sums of rows of bytes are multiplied by where channels differ in it, one for each element of the sum, and the ratios
 * of integers that become bytes.
 */
function panelRows(kernel: Pick<GemmKernel, 'taps' | 'depth' | 'integers' | 'widened'>): number {
  const hasFactors = kernel.widened?.rows.bytes?.sums === 'each';
  return (hasFactors ? 2 : 1) + sumLength(kernel) + (storedBytes(kernel.integers) === 1 ? 1 : 0);
}

/** Bytes of a panel of so many vectors, as its tiles read it. */
function panelBytes(
  kernel: Pick<GemmKernel, 'taps' | 'depth' | 'integers' | 'widened'>,
  vectors: number,
): number {
  return vectors * lanes * panelRows(kernel) * floatBytes;
}

/** Bytes of a panel of so many vectors, as it is packed: of integers each may have one byte instead of two. */
export function packedPanelBytes(kernel: GemmKernel, vectors: number): number {
  const spared = kernel.widened?.panels === undefined ? 0 : vectors * lanes * sumLength(kernel) * wideBytes;
  return panelBytes(kernel, vectors) - spared;
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

/**
 * Tiles that run without spills, measured (see bench/NOTES.md): rows, and registers of columns. With multiplication and
 * addition apart a temporary is needed, and 5×2 is the largest; fused it is 6×2. 3×3 is as good where three registers of
 * columns leave nothing over. Pairs of integers need a temporary too, and more to become bytes; of products of bytes 6×2 is best
 * there as well, because each row is read for four times as many.
 */
function candidateTiles(
  { fusedMultiplyAdd }: Engine,
  { integers, widened }: Pick<GemmShape, 'integers' | 'widened'>,
): readonly { rows: number; registers: number }[] {
  if (integers !== undefined) return [{ rows: widened?.rows.bytes === undefined ? 4 : 6, registers: 2 }];
  return [
    { rows: fusedMultiplyAdd ? 6 : 5, registers: 2 },
    { rows: 3, registers: 3 },
  ];
}

/** Registers for sums, weights and the splat; one more is a temporary. */
const tileRegisters = 15;

/** Independent sums that hide the latency of a multiply-add. */
const sumsInFlight = 8;

/** Relative time of a tile for each row and step of the sum; a narrow last panel may have too few sums in flight. */
function costOfTile(rows: number, registers: number, totalRegisters: number): number {
  const full = Math.floor(totalRegisters / registers);
  const rest = totalRegisters - full * registers;
  const timeOf = (width: number): number => Math.max(rows * width, sumsInFlight) + 0.1 * (rows + width);
  return (full * timeOf(registers) + (rest === 0 ? 0 : timeOf(rest))) / rows;
}

/**
 * Of tiles whose estimates differ by less the first is taken: measured it is up to a tenth faster there, and the more layers
 * share a tile, the more share their code.
 */
const equalCosts = 1.05;

/** The tile that takes least time, for as many rows and columns as there are. */
function chooseTile(engine: Engine, shape: GemmShape): GemmKernel['tile'] {
  const { pixels, columns } = shape;
  const vectors = Math.ceil(columns / lanes);
  const totalRegisters = Math.ceil(vectors / engine.vectorsPerRegister);
  const fit = ({ rows, registers }: { rows: number; registers: number }) => {
    if (pixels >= rows) return { rows, registers };
    // Few rows: as many columns side by side as the registers hold, for there is nothing else to keep them busy.
    return { rows: pixels, registers: Math.floor((tileRegisters - 1) / (pixels + 1)) };
  };
  const tiles = candidateTiles(engine, shape).map(fit);
  const costs = tiles.map(({ rows, registers }) => costOfTile(rows, registers, totalRegisters));
  const { rows, registers } = tiles[
    costs.findIndex((cost) => cost <= equalCosts * Math.min(...costs))
  ] as (typeof tiles)[number];
  return { rows, vectors: Math.min(registers * engine.vectorsPerRegister, vectors) };
}

/** What names a product among choices: all that its speed depends on. */
export function productKey(shape: GemmShape): string {
  const { images, lines, pixels, groups, columns, taps } = shape;
  return [
    `${[images, lines, pixels].join('x')} of ${sumLength(shape)} to ${columns}`,
    ...taps.map(({ count, stride }) => `${count} taps ${stride} apart`),
    `groups ${groups}`,
    ...(shape.isPackedPerImage === true ? ['packed per image'] : []),
  ].join(', ');
}

/** Whether units may be panels: of one matrix, which several lines would fetch again for each. */
const hasColumns = ({ images, lines, groups, isPackedPerImage }: GemmShape): boolean =>
  images * lines > 1 && groups === 1 && !(isPackedPerImage === true && images > 1);

/** Bytes of the weights of a group. */
const weightBytesOf = (shape: GemmShape): number => sumLength(shape) * shape.columns * floatBytes;

/** How a product is cut as usual: tiles, tiles of a unit, and what a unit is. */
function usualBlock(engine: Engine, shape: GemmShape): ProductBlock {
  const tile = chooseTile(engine, shape);
  const { blockRows, residentWeights } = engine.limits ?? usualLimits;
  const fit = Math.floor(blockRows / (tile.rows * sumLength(shape) * floatBytes));
  // Many short lines would fetch large weights again for each.
  const order = weightBytesOf(shape) > residentWeights ? 'columns' : 'rows';
  return { ...tile, tiles: Math.max(1, Math.min(tilesPerBlock, fit)), order };
}

/** Within what the shape has. */
function fittedBlock(shape: GemmShape, { rows, vectors, tiles, order }: ProductBlock): ProductBlock {
  return {
    rows: Math.min(rows, shape.pixels),
    vectors: Math.min(vectors, Math.ceil(shape.columns / lanes)),
    tiles,
    order: hasColumns(shape) ? order : 'rows',
  };
}

/** The cuts that tuning tries for a product, the usual one first; none where there is nothing to try. */
export function productCandidates(engine: Engine, shape: GemmShape): ProductBlock[] {
  if (shape.integers !== undefined || shape.pixels < 8) return [];
  const usual = usualBlock(engine, shape);
  const tiles = [...candidateTiles(engine, shape), { rows: 4, registers: 2 }, { rows: 4, registers: 3 }];
  const tried = tiles.map(({ rows, registers }) => ({
    rows,
    vectors: registers * engine.vectorsPerRegister,
    tiles: usual.tiles,
    order: usual.order,
  }));
  const units = [{ tiles: 1 }, { tiles: 16 }, { order: 'columns' }, { order: 'rows' }] as const;
  const all = [usual, ...units.map((unit) => ({ ...usual, ...unit })), ...tried];
  return distinctBlocks(all.map((block) => fittedBlock(shape, block)));
}

/** The kernel for a matrix product on an engine: cut as was chosen for it, or as usual. */
export function planGemm(engine: Engine, op: string, shape: GemmShape): GemmKernel {
  const chosen = shape.integers === undefined ? engine.choices?.products[productKey(shape)] : undefined;
  const { tiles: tilesOfUnit, order, ...tile } = fittedBlock(shape, chosen ?? usualBlock(engine, shape));
  const name = `${prefixOf(shape.integers?.dtype ?? 'float32')}_${op}${epilogueName(shape.epilogue)}_${tile.rows}x${tile.vectors * lanes}__${engine.name}`;
  const tiles = Math.ceil(shape.pixels / tile.rows);
  const lines = shape.images * shape.lines;
  const { limits = usualLimits } = engine;
  // Of integers few rows, which are widened once, are shared out by columns.
  const isShared = tiles === 1 || (tiles <= fewTiles && weightBytesOf(shape) >= leastSharedWeightBytes);
  const byColumns =
    lines === 1 &&
    shape.groups === 1 &&
    ((isShared && shape.integers !== undefined) || widensOnce(shape, tiles, limits));
  const unit =
    shape.widened === undefined
      ? unitOfRows(shape, tile, lines, tilesOfUnit)
      : { blockTiles: widenedTiles(shape, tiles, tile.rows, limits) };
  return { kind: 'gemm', name, ...shape, tile, order: byColumns ? 'columns' : order, ...unit };
}

/** What a unit of the order `rows` has: even blocks of tiles, and where these are few, some of the panels. */
function unitOfRows(
  { pixels, columns, groups }: GemmShape,
  tile: GemmKernel['tile'],
  lines: number,
  mostTiles: number,
): Pick<GemmKernel, 'blockTiles' | 'blockPanels'> {
  const tiles = Math.ceil(pixels / tile.rows);
  const blocks = Math.ceil(tiles / Math.max(1, mostTiles));
  const panels = Math.floor(columns / (tile.vectors * lanes));
  const parts = groups > 1 ? 1 : Math.min(panels, Math.ceil(leastUnits / (lines * blocks)));
  return {
    blockTiles: Math.ceil(tiles / blocks),
    ...(parts > 1 && { blockPanels: Math.ceil(panels / parts) }),
  };
}

/**
 * Whether panels that are widened are so for all pixels at once, and units are panels: in units of rows each would be widened again
 * for each of them, which is more than the rows are read.
 */
function widensOnce(
  { widened, pixels, pixelStride, columns }: GemmShape,
  tiles: number,
  { sharedRows }: CacheLimits,
): boolean {
  if (widened?.panels === undefined) return false;
  const rowBytes = pixels * pixelStride;
  return tiles > 1 && rowBytes <= sharedRows && columns >= pixels / 4;
}

/** Tiles for which a panel is widened often enough. */
const mostWidenedTiles = 16;

/** Units that an image has at least, for threads to share. */
const leastWidenedUnits = 4;

/** Tiles of a unit whose panels are widened anew for each unit. */
function widenedTiles(
  { pixelStride }: GemmShape,
  tiles: number,
  rows: number,
  { widenedRows }: CacheLimits,
): number {
  const fit = Math.floor(widenedRows / (rows * Math.max(1, pixelStride)));
  const units = Math.max(leastWidenedUnits, Math.ceil(tiles / Math.max(1, Math.min(mostWidenedTiles, fit))));
  return Math.ceil(tiles / units);
}

/** Where a product of integers has its panel in scratch, behind the rows of a unit, and all of the scratch, in bytes. */
export function widenedScratch(kernel: GemmKernel): { readonly panel: number; readonly bytes: number } {
  const { order, pixels, blockTiles, tile, pixelStride } = kernel;
  const rows = order === 'columns' ? pixels : Math.min(pixels, blockTiles * tile.rows);
  // Whole vectors are written, and the last pair of a row may be half of one.
  const panel = align(rows * pixelStride + readableSlack);
  return { panel, bytes: panel + panelBytes(kernel, tile.vectors) + readableSlack };
}

/**
 * The same product on strips, a line of `pixels` pixels for each of `strips`. The panels stay as wide as they are, because
 * the weights are packed for them.
 */
export function onStrips(whole: GemmKernel, strips: number, pixels: number): GemmKernel {
  const { blockPanels, ...kernel } = whole;
  const tile = { ...kernel.tile, rows: Math.min(pixels, kernel.tile.rows) };
  return {
    ...kernel,
    lines: strips,
    lineStride: pixels * kernel.pixelStride,
    pixels,
    tile,
    order: 'rows',
    blockTiles: Math.min(Math.ceil(pixels / tile.rows), tilesOfStrip),
  };
}

/** Blocks of tiles in a line of a kernel of order `rows`. */
export function unitsPerLine({ pixels, tile, blockTiles }: GemmKernel): number {
  return Math.ceil(Math.ceil(pixels / tile.rows) / blockTiles);
}

/** Units that share a block of tiles, each for some of the panels. */
export function unitsOfBlock({ columns, tile, blockPanels = Infinity }: GemmKernel): number {
  return Math.max(1, Math.ceil(Math.floor(columns / (tile.vectors * lanes)) / blockPanels));
}

/** Units of work of a kernel. */
export function gemmUnits(kernel: GemmKernel): number {
  if (kernel.order === 'columns') return panelCount(kernel);
  return kernel.images * kernel.lines * unitsPerLine(kernel) * unitsOfBlock(kernel);
}

/** What the packed weights of a product look like. */
export function panelsOf(kernel: GemmKernel): ProductPanels {
  const { groups, columns, tile } = kernel;
  return { groups, columns, panelColumns: tile.vectors * lanes, rows: sumLength(kernel) };
}

/** Floats of the packed weights. */
export function packedLength(kernel: GemmKernel): number {
  const { groups, columns } = kernel;
  return (groups * packedPanelBytes(kernel, Math.ceil(columns / lanes))) / floatBytes;
}

/** The packed weights of products of one layer. */
export function gemmWeights(products: GemmLayout['products'], parameters: LayerParameters): Operand {
  const floats = products.reduce((sum, product) => sum + packedFloats(product), 0);
  return { kind: 'weights', bytes: floats * floatBytes, layout: { kind: 'gemm', products, ...parameters } };
}
