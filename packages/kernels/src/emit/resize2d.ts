/** @file The code of a change of size along one axis; see the planner's file. */
import type { Engine } from '../plan/engine.js';
import { type ResizeKernel, tableBytes } from '../plan/resize2d.js';
import { floatBytes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, i32, type Local, set, v128 } from '../wasm/instructions.js';
import { multiplyAdd } from './arithmetic.js';
import { copyFloats } from './copy.js';
import type { EmittedFunction } from './elementwise.js';
import { forEachVectors } from './flat-loop.js';
import { storeLanes } from './store.js';

/** So many taps keep their addresses and weights in locals; more are looked up again for each group of vectors. */
const mostInLocals = 4;

/** Vectors that such a look-up serves. */
const vectorsPerLookup = 4;

/** Bytes of a tap in the table: its place, and behind it its weight. */
const tapBytes = 2 * floatBytes;

/** Locals that point to the unit's input, output and table. */
interface Pointers {
  readonly source: Local;
  readonly target: Local;
  readonly entry: Local;
  readonly offset: Local;
}

/** acc = Σ_t weight[t] · in[place[t]], all places and weights in locals */
function emitFew(f: FunctionBuilder, engine: Engine, kernel: ResizeKernel, pointers: Pointers): Code {
  const { source, target, entry, offset } = pointers;
  const places = Array.from({ length: kernel.taps }, () => f.local('i32'));
  const weights = f.vectors(kernel.taps);
  const sums = f.vectors(engine.vectorsPerRegister);
  const load = (tap: number, place: number): Code =>
    v128.load(i32.add(get(places[tap] as Local), get(offset)), place);
  return [
    places.map((place, tap) => set(place, i32.add(get(source), i32.load(get(entry), tap * tapBytes)))),
    weights.map((weight, tap) => set(weight, v128.load32Splat(get(entry), tap * tapBytes + floatBytes))),
    forEachVectors(f, { count: kernel.inner, vectors: sums.length }, offset, (_, parts) => [
      weights.map((weight, tap) =>
        parts.map(({ index, place }) => {
          const sum = sums[index] as Local;
          const product =
            tap === 0
              ? f32x4.mul(load(tap, place), get(weight))
              : multiplyAdd(engine, load(tap, place), get(weight), get(sum));
          return set(sum, product);
        }),
      ),
      parts.map(({ index, used, place }) =>
        storeLanes(i32.add(get(target), get(offset)), get(sums[index] as Local), used, place),
      ),
    ]),
  ];
}

/** The same with a loop over the taps inside. */
function emitMany(f: FunctionBuilder, engine: Engine, kernel: ResizeKernel, pointers: Pointers): Code {
  const { source, target, entry, offset } = pointers;
  const [cursor, place, weight] = [f.local('i32'), f.local('i32'), f.local('v128')];
  const sums = f.vectors(vectorsPerLookup);
  return forEachVectors(f, { count: kernel.inner, vectors: sums.length }, offset, (_, parts) => [
    parts.map(({ index }) => set(sums[index] as Local, f32x4.const(0))),
    set(cursor, get(entry)),
    f.repeat(kernel.taps, [
      set(place, i32.add(i32.add(get(source), i32.load(get(cursor))), get(offset))),
      set(weight, v128.load32Splat(get(cursor), floatBytes)),
      parts.map(({ index, place: behind }) => {
        const sum = sums[index] as Local;
        return set(sum, multiplyAdd(engine, v128.load(get(place), behind), get(weight), get(sum)));
      }),
      set(cursor, i32.add(get(cursor), i32.const(tapBytes))),
    ]),
    parts.map(({ index, used, place: behind }) =>
      storeLanes(i32.add(get(target), get(offset)), get(sums[index] as Local), used, behind),
    ),
  ]);
}

/** The function of a change of size. Parameters: first unit, last unit, input, table, output. */
export function emitResize(engine: Engine, kernel: ResizeKernel): EmittedFunction {
  const f = new FunctionBuilder(5);
  const [unit, end, input, table, output] = f.parameters as [Local, Local, Local, Local, Local];
  const pointers: Pointers = {
    source: f.local('i32'),
    target: f.local('i32'),
    entry: f.local('i32'),
    offset: f.local('i32'),
  };
  const { source, target, entry, offset } = pointers;
  const position = i32.remU(get(unit), i32.const(kernel.output));
  const image = i32.divU(get(unit), i32.const(kernel.output));
  const rowBytes = kernel.inner * floatBytes;
  const body = f.upTo(unit, get(end), [
    set(entry, i32.add(get(table), i32.mul(position, i32.const(tableBytes(kernel))))),
    set(source, i32.add(get(input), i32.mul(image, i32.const(kernel.input * rowBytes)))),
    set(target, i32.add(get(output), i32.mul(get(unit), i32.const(rowBytes)))),
    kernel.isCopy
      ? [
          set(source, i32.add(get(source), i32.load(get(entry)))),
          copyFloats(f, offset, target, source, kernel.inner),
        ]
      : (kernel.taps <= mostInLocals ? emitFew : emitMany)(f, engine, kernel, pointers),
  ]);
  return { parameters: 5, body: f.encode(body) };
}
