/**
 * @file The loops around the tiles of a matrix product.
 *
 *   order `rows`:     for each unit (a line's block of tiles, or some panels of it) → group → panel → tile
 *   order `columns`:  for each unit (a panel) → line of all images → tile
 *
 * Tiles have one of two heights that differ by one, the taller ones first, so that no line ends with a nearly empty tile.
 */
import { hasAddition } from '@sepconv/graph';
import type { Engine } from '../plan/engine.js';
import type { GemmCode, GemmParameter } from '../plan/gemm-code.js';
import { storedBytes } from '../plan/integers.js';
import { floatBytes, lanes } from '../plan/sizes.js';
import { wideBytes } from '../plan/widened.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { block, brIf, get, i32, type Local, set } from '../wasm/instructions.js';
import { advance, minimum, moveOn } from './address.js';
import type { CallKernel } from './call-kernel.js';
import { type EmittedEpilogue, emitEpilogue } from './epilogue.js';
import { emitTile, type TileLocals, tileLocals } from './gemm-tile.js';
import { loadOf } from './loads.js';

/** What the loops share. */
interface GemmContext {
  readonly f: FunctionBuilder;
  readonly engine: Engine;
  readonly code: GemmCode;
  /** The parameter with a number of this kernel, if its code has it. */
  readonly sizes: ReadonlyMap<GemmParameter, Local>;
  readonly tile: TileLocals;
  /** The next packed panel; the tiles' own one where they read it as it is packed. */
  readonly panel: Local;
  readonly callKernel: CallKernel;
  readonly epilogue: EmittedEpilogue;
  /** The present tile, and the first one behind the unit's last. */
  readonly tileIndex: Local;
  readonly tileEnd: Local;
  /** Where the present line or block begins: an address in the input, bytes from the output's start. */
  readonly lineInput: Local;
  readonly lineOutput: Local;
}

/** A number that every kernel of this code has. */
const sizeOf = ({ sizes }: GemmContext, name: GemmParameter): Code => get(sizes.get(name) as Local);

/** `value`, with a number added that not every kernel has. */
const plusSize = ({ sizes }: GemmContext, value: Code, name: GemmParameter): Code => {
  const size = sizes.get(name);
  return size === undefined ? value : i32.add(value, get(size));
};

/** Sets the tile's pointers to a place in the line, `groupBytes` into the input and `channelBytes` into the output pixel. */
function setTilePointers(context: GemmContext, groupBytes: Code | undefined, channelBytes: Code): Code {
  const { f, code, tile, lineInput, lineOutput } = context;
  const [output, addend] = [f.parameters[4] as Local, f.parameters[5]];
  const place = i32.add(get(lineOutput), channelBytes);
  return [
    set(tile.input, groupBytes === undefined ? get(lineInput) : i32.add(get(lineInput), groupBytes)),
    set(tile.output, i32.add(get(output), place)),
    hasAddition(code.epilogue) ? set(tile.addend, i32.add(get(addend as Local), place)) : [],
  ];
}

/** Tiles from `tileIndex` to `tileEnd` of a panel with so many output channels: first the taller ones, then the others. */
function emitTiles(context: GemmContext, columns: number): Code {
  const { f, engine, code, tile, epilogue, tileIndex, tileEnd } = context;
  const vectors = Math.ceil(columns / lanes);
  const run = (rows: number, end: Code): Code =>
    f.upTo(tileIndex, end, emitTile(f, engine, code, tile, { rows, vectors, columns }, epilogue));
  return [
    code.hasTaller ? run(code.rows + 1, minimum(get(tileEnd), sizeOf(context, 'tallerTiles'))) : [],
    run(code.rows, get(tileEnd)),
  ];
}

/** Makes the rows of pixels in scratch, from where tiles then read them. */
function widenRows(context: GemmContext, first: Code, end: Code): Code {
  const { f, code, sizes, lineInput, callKernel } = context;
  const [input, scratch, zeroPoint] = [2, 5, 6].map((index) => f.parameters[index] as Local) as [
    Local,
    Local,
    Local,
  ];
  const {
    dtype,
    hasWindow,
    rowVectors = 0,
    hasZeroOperand,
    bytes,
  } = (code.widened as NonNullable<GemmCode['widened']>).rows;
  const zero = hasZeroOperand ? loadOf(dtype)(get(zeroPoint)) : sizeOf(context, 'rowZero');
  const factor = sizes.get('sumFactor');
  const behind = factor === undefined ? [] : [get(factor)];
  const numbers = [...sizes].flatMap(([name, number]) => (name.startsWith('window.') ? [get(number)] : []));
  if (hasWindow) {
    const window = [first, end, get(input), get(scratch), zero, ...numbers, ...behind];
    return [
      callKernel({ kind: 'widen-window', dtype, rowVectors, ...(bytes && { bytes }) }, window),
      set(lineInput, get(scratch)),
    ];
  }
  if (bytes !== undefined) {
    const rows = [first, end, get(input), get(scratch), sizeOf(context, 'rowLength'), ...behind];
    return [callKernel({ kind: 'byte-rows', rows: bytes }, rows), set(lineInput, get(scratch))];
  }
  const bytesOf = (rows: Code): Code =>
    i32.mul(rows, i32.divU(sizeOf(context, 'pixelStride'), i32.const(wideBytes)));
  const source = i32.add(get(input), bytesOf(first));
  const run = [source, get(scratch), i32.const(0), bytesOf(i32.sub(end, first)), zero];
  return [callKernel({ kind: 'widen-run', dtype }, run), set(lineInput, get(scratch))];
}

/** Makes a panel with so many output channels in scratch, if it is not read as it is packed. */
function widenPanel(context: GemmContext, columns: number): Code {
  const { f, code, panel, tile, callKernel } = context;
  if (code.widened?.panels === undefined || code.widened.panels.isInTile) return [];
  const { dtype } = code.widened.panels;
  const vectors = i32.const(Math.ceil(columns / lanes));
  const target = i32.add(get(f.parameters[5] as Local), sizeOf(context, 'panelScratch'));
  // Biases in front, and ratios behind.
  const edge = i32.mul(vectors, i32.const(lanes * floatBytes));
  const count = i32.mul(vectors, sizeOf(context, 'vectorBytes'));
  const run = [get(panel), get(tile.panel), edge, count, sizeOf(context, 'panelZero')];
  return [set(tile.panel, target), callKernel({ kind: 'widen-run', dtype }, run)];
}

/** The panels of a part of a block's over the unit's tiles; the narrower last one is the last part's. */
function emitPart(context: GemmContext, firstTile: Local, part: Local): Code {
  const { f, code, panel, tileIndex } = context;
  const [channel, left] = [f.local('i32'), f.local('i32')];
  const panelBytes = sizeOf(context, 'panelBytes');
  const columns = code.vectors * lanes;
  const before = i32.mul(get(part), sizeOf(context, 'panelsOfUnit'));
  const one = (width: number): Code => [
    setTilePointers(context, undefined, get(channel)),
    set(tileIndex, get(firstTile)),
    emitTiles(context, width),
  ];
  const isNotLast = i32.ltS(i32.add(get(part), i32.const(1)), sizeOf(context, 'unitsOfBlock'));
  return [
    set(channel, i32.mul(before, i32.const(columns * storedBytes(code.integers)))),
    moveOn(panel, i32.mul(before, panelBytes)),
    set(left, minimum(sizeOf(context, 'panelsOfUnit'), i32.sub(sizeOf(context, 'fullPanels'), before))),
    f.repeat(left, [
      one(columns),
      moveOn(panel, panelBytes),
      advance(channel, columns * storedBytes(code.integers)),
    ]),
    code.lastColumns === 0 ? [] : block([brIf(0, isNotLast), one(code.lastColumns)]),
  ];
}

/** All groups and panels over the unit's tiles: in each group a loop over the full panels, then the narrower last one. */
function emitPanels(context: GemmContext, firstTile: Local): Code {
  const { f, code, panel, tileIndex, sizes } = context;
  const [channel, group] = [f.local('i32'), f.local('i32')];
  const groups = sizes.get('groups');
  const one = (columns: number, panelBytes: Code): Code => [
    setTilePointers(context, groups === undefined ? undefined : get(group), get(channel)),
    widenPanel(context, columns),
    set(tileIndex, get(firstTile)),
    emitTiles(context, columns),
    moveOn(panel, panelBytes),
    advance(channel, columns * storedBytes(code.integers)),
  ];
  const full = one(code.vectors * lanes, sizeOf(context, 'panelBytes'));
  const panels = [
    code.hasFullPanels ? f.repeat(sizes.get('fullPanels') as Local, full) : [],
    code.lastColumns === 0
      ? []
      : one(code.lastColumns, groups === undefined ? i32.const(0) : sizeOf(context, 'lastPanelBytes')),
  ];
  return [
    set(channel, i32.const(0)),
    groups === undefined
      ? panels
      : [set(group, i32.const(0)), f.repeat(groups, [panels, moveOn(group, sizeOf(context, 'groupStride'))])],
  ];
}

/** Sets `lineInput` and `lineOutput` to line `line` of all images, or of the only one. */
function setLine(context: GemmContext, line: Local): Code {
  const { f, sizes, lineInput, lineOutput } = context;
  const input = get(f.parameters[2] as Local);
  /** Bytes to the line: images and their lines apart where the image has a stride of its own. */
  const within = (imageStride: GemmParameter, lineStride: GemmParameter): Code => {
    if (!sizes.has(lineStride)) return i32.const(0);
    const stride = sizeOf(context, lineStride);
    if (!sizes.has(imageStride)) return i32.mul(get(line), stride);
    const lines = sizeOf(context, 'linesOfImage');
    const ofImage = i32.mul(i32.divU(get(line), lines), sizeOf(context, imageStride));
    return i32.add(ofImage, i32.mul(i32.remU(get(line), lines), stride));
  };
  return [
    set(lineInput, plusSize(context, i32.add(input, within('imageStride', 'lineStride')), 'inputOffset')),
    set(lineOutput, plusSize(context, within('outputImageStride', 'outputLineStride'), 'outputOffset')),
  ];
}

/** The weights of a line's image, where every image has its own. */
function weightsOfLine(context: GemmContext, weights: Code, line: Local): Code {
  const { sizes } = context;
  const bytes = sizes.get('imageWeightBytes');
  if (bytes === undefined) return weights;
  const linesOfImage = sizes.get('linesOfImage');
  const image = linesOfImage === undefined ? get(line) : i32.divU(get(line), get(linesOfImage));
  return i32.add(weights, i32.mul(image, get(bytes)));
}

/** Order `rows`: units are blocks of `tilesOfUnit` tiles, `unitsOfLine` of them in a line. */
function emitByRows(context: GemmContext): Code {
  const { f, code, sizes, tileEnd, lineInput, lineOutput } = context;
  const [unit, end, , weights] = f.parameters as [Local, Local, Local, Local];
  const [line, firstTile, firstRow, endRow] = [
    f.local('i32'),
    f.local('i32'),
    f.local('i32'),
    f.local('i32'),
  ];
  const [taller, unitsOfLine, unitsOfBlock] = (['tallerTiles', 'unitsOfLine', 'unitsOfBlock'] as const).map(
    (name) => sizes.get(name),
  );
  const [part, place] = [f.local('i32'), unitsOfBlock === undefined ? unit : f.local('i32')];
  const inLine = unitsOfLine === undefined ? get(place) : i32.remU(get(place), get(unitsOfLine));
  const tilesBefore = i32.mul(inLine, sizeOf(context, 'tilesOfUnit'));
  /** The first row of a tile. Each taller tile before it moves it by one row more. */
  const rowOf = (index: Local): Code => {
    const rows = i32.mul(get(index), i32.const(code.rows));
    return taller === undefined ? rows : i32.add(rows, minimum(get(index), get(taller)));
  };
  const parted =
    unitsOfBlock === undefined
      ? []
      : [
          set(place, i32.divU(get(unit), get(unitsOfBlock))),
          set(part, i32.remU(get(unit), get(unitsOfBlock))),
        ];
  return f.upTo(unit, get(end), [
    parted,
    unitsOfLine === undefined ? [] : set(line, i32.divU(get(place), get(unitsOfLine))),
    setLine(context, line),
    set(firstTile, tilesBefore),
    set(tileEnd, i32.add(get(firstTile), sizeOf(context, 'tilesOfUnit'))),
    set(tileEnd, minimum(get(tileEnd), sizeOf(context, 'tiles'))),
    set(firstRow, rowOf(firstTile)),
    code.widened === undefined
      ? moveOn(lineInput, i32.mul(get(firstRow), sizeOf(context, 'pixelStride')))
      : [set(endRow, rowOf(tileEnd)), widenRows(context, get(firstRow), get(endRow))],
    moveOn(lineOutput, i32.mul(get(firstRow), sizeOf(context, 'outputPixelStride'))),
    set(context.panel, weightsOfLine(context, get(weights), line)),
    unitsOfBlock === undefined ? emitPanels(context, firstTile) : emitPart(context, firstTile, part),
  ]);
}

/** Order `columns`: a unit is a panel, and runs over every line. One group only. */
function emitByColumns(context: GemmContext): Code {
  const { f, code, panel, sizes, tileIndex, tileEnd } = context;
  const [unit, end, , weights] = f.parameters as [Local, Local, Local, Local];
  const [line, fullEnd] = [f.local('i32'), f.local('i32')];
  const panelBytes = sizeOf(context, 'panelBytes');
  const channelBytes = i32.mul(get(unit), i32.const(code.vectors * lanes * storedBytes(code.integers)));
  const allTiles = i32.mul(get(tileEnd), i32.const(code.rows));
  const allRows = plusSize(context, allTiles, 'tallerTiles');
  const ofLine = (columns: number): Code => [
    code.widened === undefined ? setLine(context, line) : [],
    setTilePointers(context, undefined, channelBytes),
    set(tileIndex, i32.const(0)),
    emitTiles(context, columns),
  ];
  const overLines = (columns: number): Code => [
    widenPanel(context, columns),
    set(line, i32.const(0)),
    sizes.has('lineCount') ? f.upTo(line, sizeOf(context, 'lineCount'), ofLine(columns)) : ofLine(columns),
  ];
  return [
    set(tileEnd, sizeOf(context, 'tiles')),
    code.widened === undefined ? [] : widenRows(context, i32.const(0), allRows),
    set(panel, i32.add(get(weights), i32.mul(get(unit), panelBytes))),
    set(fullEnd, minimum(get(end), sizeOf(context, 'fullPanels'))),
    code.hasFullPanels
      ? f.upTo(unit, get(fullEnd), [overLines(code.vectors * lanes), moveOn(panel, panelBytes)])
      : [],
    code.lastColumns === 0
      ? []
      : block([brIf(0, i32.geS(get(unit), get(end))), overLines(code.lastColumns), set(unit, get(end))]),
  ];
}

/** How many addresses the function is given. */
function addressesOf({ epilogue, widened }: GemmCode): number {
  if (widened !== undefined) return widened.rows.hasZeroOperand ? 7 : 6;
  return hasAddition(epilogue) ? 6 : 5;
}

/**
 * The function of a matrix product. Parameters: first unit, last unit, input, weights, output, addend if there is one; scratch
 * and the zero point's address, where rows are widened; then the numbers that `code.sizes` names.
 */
export function emitGemm(
  engine: Engine,
  code: GemmCode,
  callKernel: CallKernel,
): { readonly parameters: number; readonly body: Code } {
  const addresses = addressesOf(code);
  const parameters = addresses + code.sizes.length;
  const f = new FunctionBuilder(parameters);
  const sizes = new Map(code.sizes.map((name, i) => [name, f.parameters[addresses + i] as Local]));
  const tile = tileLocals(f, engine, code, sizes);
  const context: GemmContext = {
    f,
    engine,
    code,
    sizes,
    tile,
    panel: code.widened?.panels?.isInTile === false ? f.local('i32') : tile.panel,
    callKernel,
    epilogue: emitEpilogue(f, engine, code.epilogue, (name) => sizes.get(name) as Local),
    tileIndex: f.local('i32'),
    tileEnd: f.local('i32'),
    lineInput: f.local('i32'),
    lineOutput: f.local('i32'),
  };
  const body = code.order === 'rows' ? emitByRows(context) : emitByColumns(context);
  return { parameters, body: f.encode(body) };
}
