/**
 * @file The loops around the tiles of a matrix product.
 *
 *   order `rows`:     for each unit (a line's block of tiles) → group → panel → tile
 *   order `columns`:  for each unit (a panel) → image → line → tile
 *
 * Tiles have one of two heights that differ by one, the taller ones first, so that no line ends with a nearly empty tile.
 */
import type { Engine } from '../plan/engine.js';
import { hasAddition } from '../plan/epilogue.js';
import {
  type GemmKernel,
  outputPixelStride,
  packedLength,
  panelCount,
  panelVectors,
  sumLength,
} from '../plan/gemm.js';
import { balanced, floatBytes, lanes } from '../plan/shapes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { block, brIf, get, i32, type Local, select, set } from '../wasm/instructions.js';
import { advance } from './address.js';
import { type EmittedEpilogue, emitEpilogue } from './epilogue.js';
import { emitTile, type TileLocals, tileLocals } from './gemm-tile.js';

/** What the loops share. */
interface GemmContext {
  readonly f: FunctionBuilder;
  readonly engine: Engine;
  readonly kernel: GemmKernel;
  readonly tile: TileLocals;
  readonly epilogue: EmittedEpilogue;
  readonly rows: ReturnType<typeof balanced>;
  /** The present tile, and the first one behind the unit's last. */
  readonly tileIndex: Local;
  readonly tileEnd: Local;
  /** Output offset of the present line or block, in bytes from the output's start. */
  readonly lineInput: Local;
  readonly lineOutput: Local;
}

const plus = (code: Code, bytes: number): Code => (bytes === 0 ? code : i32.add(code, i32.const(bytes)));
const times = (code: Code, factor: number): Code => (factor === 1 ? code : i32.mul(code, i32.const(factor)));

/** Sets the tile's pointers to a place in the line, `groupBytes` into the input and `channelBytes` into the output pixel. */
function setTilePointers(context: GemmContext, groupBytes: Code | undefined, channelBytes: Code): Code {
  const { f, kernel, tile, lineInput, lineOutput } = context;
  const [output, addend] = [f.parameters[4] as Local, f.parameters[5]];
  const place = i32.add(get(lineOutput), channelBytes);
  return [
    set(tile.input, groupBytes === undefined ? get(lineInput) : i32.add(get(lineInput), groupBytes)),
    set(tile.output, i32.add(get(output), place)),
    hasAddition(kernel.epilogue) ? set(tile.addend, i32.add(get(addend as Local), place)) : [],
  ];
}

/** Tiles from `tileIndex` to `tileEnd` of one panel: first those of the larger height, then the others. */
function emitTiles(context: GemmContext, panel: number): Code {
  const { f, engine, kernel, tile, epilogue, rows, tileIndex, tileEnd } = context;
  const vectors = panelVectors(kernel, panel);
  const columns = Math.min(vectors * lanes, kernel.columns - panel * kernel.tile.vectors * lanes);
  const run = (height: number, end: Code): Code =>
    f.upTo(tileIndex, end, [
      emitTile(f, engine, kernel, tile, { rows: height, vectors, columns }, epilogue),
      advance(tile.input, height * kernel.pixelStride),
      advance(tile.output, height * outputPixelStride(kernel)),
      hasAddition(kernel.epilogue) ? advance(tile.addend, height * outputPixelStride(kernel)) : [],
    ]);
  const larger =
    rows.larger === 0
      ? []
      : run(
          rows.size + 1,
          select(get(tileEnd), i32.const(rows.larger), i32.ltS(get(tileEnd), i32.const(rows.larger))),
        );
  return [larger, rows.larger === rows.groups ? [] : run(rows.size, get(tileEnd))];
}

/** Bytes of a packed panel. */
const panelBytes = (kernel: GemmKernel, panel: number): number =>
  panelVectors(kernel, panel) * lanes * (sumLength(kernel) + 1) * floatBytes;

/** All groups and panels over the unit's tiles: in each group a loop over the full panels, then the narrower last one. */
function emitPanels(context: GemmContext, firstTile: Local): Code {
  const { f, kernel, tile, tileIndex } = context;
  const panels = panelCount(kernel);
  const isLastNarrow = kernel.columns % (kernel.tile.vectors * lanes) !== 0;
  const full = isLastNarrow ? panels - 1 : panels;
  const [channel, group] = [f.local('i32'), f.local('i32')];
  const fullBytes = kernel.tile.vectors * lanes * floatBytes;
  const one = (panel: number, width: number): Code => [
    setTilePointers(context, kernel.groups === 1 ? undefined : get(group), get(channel)),
    set(tileIndex, get(firstTile)),
    emitTiles(context, panel),
    advance(tile.panel, panelBytes(kernel, panel)),
    advance(channel, width),
  ];
  return [
    set(channel, i32.const(0)),
    set(group, i32.const(0)),
    f.repeat(kernel.groups, [
      f.repeat(full, one(0, fullBytes)),
      isLastNarrow ? one(panels - 1, kernel.columns * floatBytes - full * fullBytes) : [],
      kernel.groups === 1 ? [] : advance(group, kernel.depth * floatBytes),
    ]),
  ];
}

/** Sets `lineInput` and `lineOutput` to line `line` of all images. */
function setLine(context: GemmContext, line: Code): Code {
  const { f, kernel, lineInput, lineOutput } = context;
  const { images, lines, pixels, places, inputOffset = 0 } = kernel;
  const input = get(f.parameters[2] as Local);
  const index = f.local('i32');
  const within = ({ imageStride, lineStride }: { imageStride: number; lineStride: number }): Code =>
    images === 1
      ? times(get(index), lineStride)
      : lines === 1
        ? times(get(index), imageStride)
        : i32.add(
            times(i32.divU(get(index), i32.const(lines)), imageStride),
            times(i32.remU(get(index), i32.const(lines)), lineStride),
          );
  return [
    set(index, line),
    set(lineInput, plus(i32.add(input, within(kernel)), inputOffset)),
    set(
      lineOutput,
      places === undefined
        ? times(get(index), pixels * outputPixelStride(kernel))
        : plus(within(places), places.offset),
    ),
  ];
}

/** The weights of a line's image, where every image has its own. */
function weightsOfLine(kernel: GemmKernel, weights: Code, line: Code): Code {
  if (kernel.isPackedPerImage !== true || kernel.images === 1) return weights;
  const image = kernel.lines === 1 ? line : i32.divU(line, i32.const(kernel.lines));
  return i32.add(weights, i32.mul(image, i32.const(packedLength(kernel) * floatBytes)));
}

/** Order `rows`: units are blocks of `blockTiles` tiles, `blocksPerLine` of them in a line. */
function emitByRows(context: GemmContext): Code {
  const { f, kernel, tile, rows, tileEnd, lineInput, lineOutput } = context;
  const [unit, end, , weights] = f.parameters as [Local, Local, Local, Local];
  const blocksPerLine = Math.ceil(rows.groups / kernel.blockTiles);
  const [firstTile, firstRow, block_] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const line = blocksPerLine === 1 ? get(unit) : i32.divU(get(unit), i32.const(blocksPerLine));
  const blockIndex = blocksPerLine === 1 ? i32.const(0) : i32.remU(get(unit), i32.const(blocksPerLine));
  const lastTile = plus(get(firstTile), kernel.blockTiles);
  return f.upTo(unit, get(end), [
    setLine(context, line),
    set(block_, blockIndex),
    set(firstTile, times(get(block_), kernel.blockTiles)),
    set(tileEnd, select(lastTile, i32.const(rows.groups), i32.ltS(lastTile, i32.const(rows.groups)))),
    // The first row of tile t is t · size plus one for each taller tile before it.
    set(
      firstRow,
      i32.add(
        times(get(firstTile), rows.size),
        select(get(firstTile), i32.const(rows.larger), i32.ltS(get(firstTile), i32.const(rows.larger))),
      ),
    ),
    set(lineInput, i32.add(get(lineInput), times(get(firstRow), kernel.pixelStride))),
    set(lineOutput, i32.add(get(lineOutput), times(get(firstRow), outputPixelStride(kernel)))),
    set(tile.panel, weightsOfLine(kernel, get(weights), line)),
    emitPanels(context, firstTile),
  ]);
}

/** Order `columns`: a unit is a panel, and runs over every line. One group only. */
function emitByColumns(context: GemmContext): Code {
  const { f, kernel, tile, rows, tileIndex, tileEnd } = context;
  const [unit, end, , weights] = f.parameters as [Local, Local, Local, Local];
  const panels = panelCount(kernel);
  const isLastNarrow = kernel.columns % (kernel.tile.vectors * lanes) !== 0;
  const line = f.local('i32');
  const lineCount = kernel.images * kernel.lines;
  const overLines = (panel: number): Code => [
    set(line, i32.const(0)),
    f.upTo(line, i32.const(lineCount), [
      setLine(context, get(line)),
      setTilePointers(context, undefined, times(get(unit), kernel.tile.vectors * lanes * floatBytes)),
      set(tileIndex, i32.const(0)),
      emitTiles(context, panel),
    ]),
  ];
  const full = isLastNarrow ? panels - 1 : panels;
  const fullEnd = select(get(end), i32.const(full), i32.ltS(get(end), i32.const(full)));
  return [
    set(tileEnd, i32.const(rows.groups)),
    set(tile.panel, i32.add(get(weights), times(get(unit), panelBytes(kernel, 0)))),
    full === 0 ? [] : f.upTo(unit, fullEnd, [overLines(0), advance(tile.panel, panelBytes(kernel, 0))]),
    isLastNarrow
      ? block([brIf(0, i32.geS(get(unit), get(end))), overLines(panels - 1), set(unit, i32.const(panels))])
      : [],
  ];
}

/** The function of a matrix product. Parameters: first unit, last unit, input, weights, output, addend if there is one. */
export function emitGemm(
  engine: Engine,
  kernel: GemmKernel,
): { readonly parameters: number; readonly body: Code } {
  const parameters = hasAddition(kernel.epilogue) ? 6 : 5;
  const f = new FunctionBuilder(parameters);
  const epilogue = emitEpilogue(f, engine, kernel.epilogue);
  const context: GemmContext = {
    f,
    engine,
    kernel,
    tile: tileLocals(f, kernel),
    epilogue,
    rows: balanced(kernel.pixels, kernel.tile.rows),
    tileIndex: f.local('i32'),
    tileEnd: f.local('i32'),
    lineInput: f.local('i32'),
    lineOutput: f.local('i32'),
  };
  const body = kernel.order === 'rows' ? emitByRows(context) : emitByColumns(context);
  return { parameters, body: f.encode(body) };
}
