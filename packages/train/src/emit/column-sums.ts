/**
 * @file The code of sums over positions. A unit is `rowsPerUnit` rows; for a few vectors of channels at a time the unit's
 * sums are made in registers and then added to the totals in memory.
 */
import {
  block,
  brIf,
  type Code,
  type EmittedFunction,
  type Engine,
  FunctionBuilder,
  f32x4,
  floatBytes,
  get,
  i32,
  type Local,
  lanes,
  multiplyAdd,
  set,
  v128,
} from '@sepconv/kernels/toolkit';
import { type ColumnSumsKernel, paddedChannels, rowsPerUnit } from '../plan/column-sums.js';
import { masked } from './masked.js';

const vectorBytes = lanes * floatBytes;

/** Channel vectors summed side by side, so that one addition need not wait for the other. */
const vectorsAtOnce = 4;

/** The kernel's address parameters by what they are for. */
function parametersOf({ mode, bounds }: ColumnSumsKernel): readonly string[] {
  if (mode !== 'dots') return ['a', 'sums'];
  return ['a', 'b', 'mean', 'sums', ...(bounds === undefined ? [] : ['output'])];
}

/** Parameters: first unit, last unit, and what {@link ColumnSumsKernel} says for each mode. */
export function emitColumnSums(engine: Engine, kernel: ColumnSumsKernel): EmittedFunction {
  const names = parametersOf(kernel);
  const f = new FunctionBuilder(2 + names.length);
  const [unit, end, ...addresses] = f.parameters as [Local, Local, ...Local[]];
  const address = (name: string): Local => addresses[names.indexOf(name)]!;
  const { mode, rows, channels, bounds } = kernel;
  const rowBytes = channels * floatBytes;
  const [x, y] = [f.local('v128'), f.local('v128')];
  const [first, second, shift] = [
    f.vectors(vectorsAtOnce),
    f.vectors(vectorsAtOnce),
    f.vectors(vectorsAtOnce),
  ];
  const [row, channel, unitRow] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const shiftSource = mode === 'moments' ? address('a') : mode === 'dots' ? address('mean') : undefined;
  const secondBytes = paddedChannels(channels) * floatBytes;
  const at = (base: Local): Code => i32.add(get(base), get(row));

  /** One row of vector v: what `x` holds is added to the first sum, its product to the second. */
  const emitTerm = (v: number): Code => {
    const offset = v * vectorBytes;
    const load = v128.load(at(address('a')), offset);
    if (mode === 'sum') return set(first[v]!, f32x4.add(get(first[v]!), load));
    if (mode === 'moments') {
      return [
        set(x, f32x4.sub(load, get(shift[v]!))),
        set(first[v]!, f32x4.add(get(first[v]!), get(x))),
        set(second[v]!, multiplyAdd(engine, get(x), get(x), get(second[v]!))),
      ];
    }
    const centred = f32x4.sub(v128.load(at(address('b')), offset), get(shift[v]!));
    return [
      bounds === undefined
        ? set(x, load)
        : [set(y, v128.load(at(address('output')), offset)), set(x, masked(load, y, bounds))],
      set(first[v]!, f32x4.add(get(first[v]!), get(x))),
      set(second[v]!, multiplyAdd(engine, get(x), centred, get(second[v]!))),
    ];
  };

  /** `vectors` vectors of channels over `count` rows. */
  const emitBlock = (vectors: number, count: number): Code => {
    const each = (body: (v: number) => Code): Code => Array.from({ length: vectors }, (_, v) => body(v));
    const total = (sum: Local, offset: number): Code => {
      const place = i32.add(get(address('sums')), get(channel));
      return v128.store(place, f32x4.add(v128.load(place, offset), get(sum)), offset);
    };
    return [
      each((v) => [
        set(first[v]!, f32x4.const(0)),
        set(second[v]!, f32x4.const(0)),
        shiftSource === undefined
          ? []
          : set(shift[v]!, v128.load(i32.add(get(shiftSource), get(channel)), v * vectorBytes)),
      ]),
      set(row, i32.add(get(unitRow), get(channel))),
      f.repeat(count, [each(emitTerm), set(row, i32.add(get(row), i32.const(rowBytes)))]),
      each((v) => [
        total(first[v]!, v * vectorBytes),
        mode === 'sum' ? [] : total(second[v]!, secondBytes + v * vectorBytes),
      ]),
      set(channel, i32.add(get(channel), i32.const(vectors * vectorBytes))),
    ];
  };

  const vectors = Math.ceil(channels / lanes);
  const full = Math.floor(vectors / vectorsAtOnce);
  const rest = vectors - full * vectorsAtOnce;
  const emitUnit = (count: number): Code => [
    set(channel, i32.const(0)),
    f.repeat(full, emitBlock(vectorsAtOnce, count)),
    rest === 0 ? [] : emitBlock(rest, count),
  ];
  const fullUnits = Math.floor(rows / rowsPerUnit);
  const lastRows = rows - fullUnits * rowsPerUnit;
  const body = f.upTo(unit, get(end), [
    set(unitRow, i32.mul(get(unit), i32.const(rowsPerUnit * rowBytes))),
    fullUnits === 0 ? [] : block([brIf(0, i32.geS(get(unit), i32.const(fullUnits))), emitUnit(rowsPerUnit)]),
    lastRows === 0 ? [] : block([brIf(0, i32.ltS(get(unit), i32.const(fullUnits))), emitUnit(lastRows)]),
  ]);
  return { parameters: 2 + names.length, body: f.encode(body) };
}
