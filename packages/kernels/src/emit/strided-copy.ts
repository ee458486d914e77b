/** @file The code of a copy in another order: a transposition or a slice. */
import { floatBytes, lanes } from '../plan/sizes.js';
import type { StridedCopyKernel } from '../plan/strided-copy.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, i32, type Local, set, v128 } from '../wasm/instructions.js';
import { advance, offsetOfUnit } from './address.js';
import { copyFloats } from './copy.js';
import type { EmittedFunction } from './elementwise.js';
import { storeLanes } from './store.js';

/** Where a block begins, and locals that move through it. */
interface Places {
  readonly source: Local;
  readonly target: Local;
  readonly from: Local;
  readonly to: Local;
}

const vectorBytes = lanes * floatBytes;

/** Repeats `body` in steps of four over `count`: full ones in a loop, then the rest. `next` moves on by one step. */
function inFours(f: FunctionBuilder, count: number, body: (used: number) => Code, next: Code): Code {
  const full = Math.floor(count / lanes);
  const rest = count - full * lanes;
  return [f.repeat(full, [body(lanes), next]), rest === 0 ? [] : body(rest)];
}

/** Rows of neighbours. */
function emitRuns(
  f: FunctionBuilder,
  { rows, columns }: StridedCopyKernel,
  { source, target }: Places,
): Code {
  const offset = f.local('i32');
  return f.repeat(rows.size, [
    copyFloats(f, offset, target, source, columns.size),
    advance(source, rows.from * floatBytes),
    advance(target, rows.to * floatBytes),
  ]);
}

/** Rows whose columns lie apart: four single loads make a vector. */
function emitGather(f: FunctionBuilder, { rows, columns }: StridedCopyKernel, places: Places): Code {
  const { source, target, from, to } = places;
  const x = f.local('v128');
  const step = columns.from * floatBytes;
  const vector = (used: number): Code => [
    set(x, v128.load32Splat(get(from))),
    Array.from({ length: used - 1 }, (_, lane) =>
      set(x, v128.load32Lane(i32.add(get(from), i32.const((lane + 1) * step)), get(x), lane + 1)),
    ),
    storeLanes(get(to), get(x), used, 0),
  ];
  return f.repeat(rows.size, [
    set(from, get(source)),
    set(to, get(target)),
    inFours(f, columns.size, vector, [advance(from, lanes * step), advance(to, vectorBytes)]),
    advance(source, rows.from * floatBytes),
    advance(target, rows.to * floatBytes),
  ]);
}

/** Squares of 4×4: a vector of four rows is read for each of four columns, and a vector of columns written for each row. */
function emitTranspose(f: FunctionBuilder, { rows, columns }: StridedCopyKernel, places: Places): Code {
  const { source, target, from, to } = places;
  const [v0, v1, v2, v3] = f.vectors(4) as [Local, Local, Local, Local];
  const [low01, high01, low23, high23] = f.vectors(4) as [Local, Local, Local, Local];
  const step = columns.from * floatBytes;
  const turn = (a: Local, b: Local, order: readonly number[]): Code => f32x4.shuffle(get(a), get(b), order);
  const square = (usedRows: number, usedColumns: number): Code => [
    [v0, v1, v2, v3]
      .slice(0, usedColumns)
      .map((v, column) => set(v, v128.load(i32.add(get(from), i32.const(column * step))))),
    set(low01, turn(v0, v1, [0, 4, 1, 5])),
    set(high01, turn(v0, v1, [2, 6, 3, 7])),
    // Two columns side by side, as channels of two groups are shuffled: the halves are whole vectors of the output.
    usedColumns === 2 && rows.to === 2 && usedRows === lanes
      ? [v128.store(get(to), get(low01)), v128.store(get(to), get(high01), vectorBytes)]
      : [
          set(low23, turn(v2, v3, [0, 4, 1, 5])),
          set(high23, turn(v2, v3, [2, 6, 3, 7])),
          [
            turn(low01, low23, [0, 1, 4, 5]),
            turn(low01, low23, [2, 3, 6, 7]),
            turn(high01, high23, [0, 1, 4, 5]),
            turn(high01, high23, [2, 3, 6, 7]),
          ]
            .slice(0, usedRows)
            .map((row, index) => storeLanes(get(to), row, usedColumns, index * rows.to * floatBytes)),
        ],
  ];
  const fourRows = (usedRows: number): Code => [
    set(from, get(source)),
    set(to, get(target)),
    inFours(f, columns.size, (used) => square(usedRows, used), [
      advance(from, lanes * step),
      advance(to, vectorBytes),
    ]),
  ];
  return inFours(f, rows.size, fourRows, [
    advance(source, vectorBytes),
    advance(target, lanes * rows.to * floatBytes),
  ]);
}

const blocks = { run: emitRuns, gather: emitGather, transpose: emitTranspose } as const;

/** The function of a copy in another order. Parameters: first unit, last unit, input, output. */
export function emitStridedCopy(kernel: StridedCopyKernel): EmittedFunction {
  const f = new FunctionBuilder(4);
  const [unit, end, input, output] = f.parameters as [Local, Local, Local, Local];
  const places = {
    source: f.local('i32'),
    target: f.local('i32'),
    from: f.local('i32'),
    to: f.local('i32'),
  };
  const along = (which: 'from' | 'to') => kernel.outer.map((d) => ({ size: d.size, stride: d[which] }));
  const start = i32.add(get(input), i32.const(kernel.offset * floatBytes));
  const body = f.upTo(unit, get(end), [
    set(places.source, i32.add(start, offsetOfUnit(unit, along('from')))),
    set(places.target, i32.add(get(output), offsetOfUnit(unit, along('to')))),
    blocks[kernel.mode](f, kernel, places),
  ]);
  return { parameters: 4, body: f.encode(body) };
}
