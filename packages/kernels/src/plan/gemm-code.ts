/**
 * @file What of a matrix product is code, and what is a number that the code is given.
 *
 * Code that is made while a network loads costs three times: when it is emitted, when V8 compiles it, and when it runs before
 * its optimized version is there. So only what the instructions themselves depend on is written into them: the tile and the
 * form of the loops. Strides and counts are parameters of the function, and the layers of a network share a few functions.
 */
import type { Epilogue, EpilogueStage } from '@sepconv/graph';
import {
  type GemmKernel,
  type GemmOrder,
  outputPixelStride,
  packedLength,
  packedPanelBytes,
  panelVectors,
  sumLength,
  unitsOfBlock,
  widenedScratch,
} from './gemm.js';
import { type ByteSums, float32Bits, type StoredSums } from './integers.js';
import { balanced, floatBytes, lanes } from './sizes.js';
import {
  numbersOfWindow,
  rowVectorsOf,
  type WidenedPanels,
  type WidenedRows,
  wideBytes,
  windowNumbers,
} from './widened.js';

/** Sums up to this long are written out; longer ones loop. */
const longestWrittenOut = 16;

/** Steps of the sum in one pass of the loop. */
const stepsOfTurn = 4;

/** A number that a function is given. Strides and offsets are in bytes; what a kernel has no use for, its function lacks. */
export type GemmParameter =
  /** From the input's and the output's start to the first line. */
  | 'inputOffset'
  | 'outputOffset'
  /** From one image to the next, where images have several lines. */
  | 'imageStride'
  | 'outputImageStride'
  | 'linesOfImage'
  /** From one line to the next, or one image where images have a single line. */
  | 'lineStride'
  | 'outputLineStride'
  | 'lineCount'
  /** From one pixel to the next. */
  | 'pixelStride'
  | 'outputPixelStride'
  /** Tiles of a line, those of them that are one row taller, and those of a unit; units of a line. */
  | 'tiles'
  | 'tallerTiles'
  | 'tilesOfUnit'
  | 'unitsOfLine'
  /** Whole panels of a unit, and units that share a block of tiles. */
  | 'panelsOfUnit'
  | 'unitsOfBlock'
  /** Panels with all their vectors; the bytes of one, and of the narrower last one. */
  | 'fullPanels'
  | 'panelBytes'
  | 'lastPanelBytes'
  /** Groups of channels, and from one's input to the next. */
  | 'groups'
  | 'groupStride'
  /** The packed weights of one image, where every image has its own. */
  | 'imageWeightBytes'
  /** Turns of the loop over the sum. */
  | 'turns'
  | `tapCount${number}`
  | `tapStride${number}`
  /** The bounds of a clamp, a stage of the epilogue: the bits of a float32. */
  | `min${number}`
  | `max${number}`
  /** What sums of integers become: the zero point, and the bits of the bounds less the zero point, as float32. */
  | 'zeroPoint'
  | 'least'
  | 'most'
  /** What is widened: zero points, bytes of a vector's weights, and from scratch to the panel; the window of a pixel. */
  | 'rowZero'
  | 'rowLength'
  | 'sumFactor'
  | 'panelZero'
  | 'vectorBytes'
  | 'panelScratch'
  | `window.${(typeof windowNumbers)[number]}`;

/** A clamp whose bounds are parameters; a network that was quantized once has others in each of its layers. */
export interface GivenClamp {
  readonly kind: 'given-clamp';
  readonly hasMin: boolean;
  readonly hasMax: boolean;
}

/** An epilogue without the numbers that its function is given. */
export type EpilogueCode = readonly (Exclude<EpilogueStage, { readonly kind: 'clamp' }> | GivenClamp)[];

/** Everything that the code of a matrix product depends on. */
export interface GemmCode {
  readonly kind: 'gemm-code';
  readonly order: GemmOrder;
  /** Rows of a tile; taller ones come before and have one more. */
  readonly rows: number;
  readonly hasTaller: boolean;
  /** Vectors of a full panel. */
  readonly vectors: number;
  readonly hasFullPanels: boolean;
  /** Output channels of a narrower last panel; 0 where there is none. */
  readonly lastColumns: number;
  /** Loops over taps around the contiguous part of the sum. */
  readonly tapLoops: number;
  /** Steps of the sum in each turn, and those behind the loop; without a loop only those. */
  readonly stepsOfTurn: number;
  readonly stepsBehind: number;
  readonly epilogue: EpilogueCode;
  /** The type of what is stored where the product is one of integers. */
  readonly integers?: Pick<StoredSums, 'dtype'> & Pick<ByteSums, 'isNear'>;
  /** Of integers: what is widened. */
  readonly widened?: {
    readonly rows: Pick<WidenedRows, 'dtype' | 'bytes'> & {
      readonly hasWindow: boolean;
      readonly rowVectors?: number;
      readonly hasZeroOperand: boolean;
    };
    readonly panels?: Pick<WidenedPanels, 'dtype'> & {
      /** Whether the tile widens weights as it loads them: there is no other one that reads them. */
      readonly isInTile: boolean;
    };
  };
  /** The function's parameters behind the addresses. */
  readonly sizes: readonly GemmParameter[];
}

/** What the code of a table of matrix products depends on: the code of its products. */
export interface GemmTableCode {
  readonly kind: 'gemm-table-code';
  readonly product: GemmCode;
}

/** How the lines of all images follow one another. */
function sizesOfLines(kernel: GemmKernel): Partial<Record<GemmParameter, number>> {
  const { images, imageStride, lines, lineStride, pixels, places, inputOffset = 0 } = kernel;
  const offsets = {
    ...(inputOffset !== 0 && { inputOffset }),
    ...(places !== undefined && places.offset !== 0 && { outputOffset: places.offset }),
  };
  const lineCount = images * lines;
  if (lineCount === 1) return offsets;
  const isNested = images > 1 && lines > 1;
  const outer = <T>(ofImage: T, ofLine: T): T => (lines === 1 ? ofImage : ofLine);
  return {
    ...offsets,
    // Only the order by columns counts lines; units of the other one are parts of lines.
    ...(kernel.order === 'columns' && { lineCount }),
    lineStride: outer(imageStride, lineStride),
    outputLineStride:
      places === undefined
        ? pixels * outputPixelStride(kernel)
        : outer(places.imageStride, places.lineStride),
    ...(isNested && { linesOfImage: lines, imageStride }),
    ...(isNested && places !== undefined && { outputImageStride: places.imageStride }),
  };
}

/** The tiles of a line, in units of work. */
function sizesOfTiles(kernel: GemmKernel): Partial<Record<GemmParameter, number>> {
  const { groups, larger } = balanced(kernel.pixels, kernel.tile.rows);
  const isSingle = kernel.images * kernel.lines === 1;
  return {
    tiles: groups,
    ...(larger > 0 && { tallerTiles: larger }),
    ...(kernel.order === 'rows' && { tilesOfUnit: kernel.blockTiles }),
    ...(kernel.order === 'rows' && !isSingle && { unitsOfLine: Math.ceil(groups / kernel.blockTiles) }),
  };
}

/** Whether a unit may have some of the panels only; where it widens its rows it has all, and widens them once. */
const isInParts = ({ order, groups, columns, tile, widened }: GemmKernel): boolean =>
  order === 'rows' && groups === 1 && columns >= tile.vectors * lanes && widened === undefined;

/** The packed panels of weights. */
function sizesOfPanels(kernel: GemmKernel): Partial<Record<GemmParameter, number>> {
  const { columns, tile, groups, depth, groupStride = depth * floatBytes, images } = kernel;
  const full = Math.floor(columns / (tile.vectors * lanes));
  const bytes = (vectors: number): number => packedPanelBytes(kernel, vectors);
  return {
    fullPanels: full,
    panelBytes: bytes(tile.vectors),
    ...(isInParts(kernel) && {
      panelsOfUnit: Math.min(full, kernel.blockPanels ?? full),
      unitsOfBlock: unitsOfBlock(kernel),
    }),
    ...(groups > 1 && {
      groups,
      groupStride,
      lastPanelBytes: bytes(panelVectors(kernel, full)),
    }),
    ...(kernel.isPackedPerImage === true &&
      images > 1 && { imageWeightBytes: packedLength(kernel) * floatBytes }),
  };
}

/** The loops over the sum. */
function sizesOfSum({ taps, depth }: GemmKernel): Partial<Record<GemmParameter, number>> {
  return {
    ...(depth > longestWrittenOut && { turns: Math.floor(depth / stepsOfTurn) }),
    ...Object.fromEntries(
      taps.flatMap(({ count, stride }, level) => [
        [`tapCount${level}`, count],
        [`tapStride${level}`, stride],
      ]),
    ),
  };
}

/** The code of an epilogue, and the numbers that make it this one. */
function splitEpilogue(epilogue: Epilogue): {
  readonly code: EpilogueCode;
  readonly sizes: Partial<Record<GemmParameter, number>>;
} {
  const sizes: Partial<Record<GemmParameter, number>> = {};
  const code = epilogue.map((stage, index): EpilogueCode[number] => {
    if (stage.kind !== 'clamp') return stage;
    const { min, max } = stage;
    if (min !== -Infinity) sizes[`min${index}`] = float32Bits(min);
    if (max !== Infinity) sizes[`max${index}`] = float32Bits(max);
    return { kind: 'given-clamp', hasMin: min !== -Infinity, hasMax: max !== Infinity };
  });
  return { code, sizes };
}

/** Where integers become bytes. */
function sizesOfBytes({ integers }: GemmKernel): Partial<Record<GemmParameter, number>> {
  if (integers === undefined || integers.dtype === 'int32') return {};
  const { zeroPoint, min, max, isNear } = integers;
  if (isNear) return { zeroPoint };
  return { zeroPoint, least: float32Bits(min - zeroPoint), most: float32Bits(max - zeroPoint) };
}

/** What the code of stored sums depends on. */
function codeOfSums(sums: StoredSums): NonNullable<GemmCode['integers']> {
  const isNear = sums.dtype !== 'int32' && sums.isNear === true;
  return { dtype: sums.dtype, ...(isNear && { isNear }) };
}

/** Whether all pixels are one tile. */
const hasOneTile = ({ images, lines, pixels, tile }: GemmKernel): boolean =>
  images * lines === 1 && pixels <= tile.rows;

/** What is widened. */
function sizesOfWidened(kernel: GemmKernel): Partial<Record<GemmParameter, number>> {
  const { widened } = kernel;
  if (widened === undefined) return {};
  const { rows, panels } = widened;
  const numbers = rows.window === undefined ? [] : numbersOfWindow(rows.window);
  return {
    ...(rows.zero !== 'operand' && { rowZero: rows.zero }),
    ...(rows.bytes && { rowLength: kernel.terms as number }),
    ...(rows.sumFactor !== undefined && { sumFactor: rows.sumFactor }),
    ...(panels && { panelZero: panels.zero }),
    ...(panels &&
      !hasOneTile(kernel) && {
        vectorBytes: sumLength(kernel) * lanes * wideBytes,
        panelScratch: widenedScratch(kernel).panel,
      }),
    ...Object.fromEntries(numbers.map((number, index) => [`window.${windowNumbers[index]}`, number])),
  };
}

/** The code of what is widened. */
function codeOfWidened(kernel: GemmKernel): Pick<GemmCode, 'widened'> {
  const { widened } = kernel;
  if (widened === undefined) return {};
  const { rows, panels } = widened;
  const { dtype, zero, window, bytes } = rows;
  const hasWindow = window !== undefined;
  const code = {
    dtype,
    hasWindow,
    hasZeroOperand: zero === 'operand',
    ...(bytes && { bytes }),
    ...(window && { rowVectors: rowVectorsOf(window, bytes === undefined ? wideBytes : 1) }),
  };
  return {
    widened: { rows: code, ...(panels && { panels: { dtype: panels.dtype, isInTile: hasOneTile(kernel) } }) },
  };
}

/** The code of a matrix product, and the numbers that make it this one, in the order of `code.sizes`. */
export function splitGemm(kernel: GemmKernel): {
  readonly code: GemmCode;
  readonly sizes: readonly number[];
} {
  // An empty sum is no loop that runs at least once.
  const { taps, depth } = sumLength(kernel) === 0 ? { taps: [], depth: 0 } : kernel;
  const { pixelStride, tile, columns, order } = kernel;
  const epilogue = splitEpilogue(kernel.epilogue);
  const { size, larger } = balanced(kernel.pixels, tile.rows);
  const panel = tile.vectors * lanes;
  const sizes: Partial<Record<GemmParameter, number>> = {
    ...sizesOfLines(kernel),
    pixelStride,
    outputPixelStride: outputPixelStride(kernel),
    ...sizesOfTiles(kernel),
    ...sizesOfPanels(kernel),
    ...sizesOfSum({ ...kernel, taps, depth }),
    ...epilogue.sizes,
    ...sizesOfBytes(kernel),
    ...sizesOfWidened(kernel),
  };
  const isLooped = depth > longestWrittenOut;
  const code: GemmCode = {
    kind: 'gemm-code',
    order,
    rows: size,
    hasTaller: larger > 0,
    vectors: tile.vectors,
    hasFullPanels: columns >= panel,
    lastColumns: columns % panel,
    tapLoops: taps.length,
    stepsOfTurn: isLooped ? stepsOfTurn : 0,
    stepsBehind: isLooped ? depth % stepsOfTurn : depth,
    epilogue: epilogue.code,
    ...(kernel.integers && { integers: codeOfSums(kernel.integers) }),
    ...codeOfWidened(kernel),
    sizes: Object.keys(sizes) as GemmParameter[],
  };
  return { code, sizes: Object.values(sizes) as number[] };
}
