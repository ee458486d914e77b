/**
 * @file The ceiling of integer products: the inner loop of a matrix product on pairs of 16-bit integers, whose rows and panel of
 * weights stay in the first-level cache, without anything around it. On `wide` it ends in pairs of stores, from which V8's
 * revectorizer starts.
 */
import {
  brIf,
  type Engine,
  FunctionBuilder,
  get,
  i32,
  i32x4,
  type Local,
  loop,
  ModuleBuilder,
  set,
  tee,
  v128,
} from '@sepconv/kernels/toolkit';

const vectorBytes = 16;
const lanes = 4;
const pairBytes = 4;

/** Pairs that a sum is of: rows and panel take 14 KB at most. */
const depth = 128;

/** Operations, two for a product of integers and its addition, in one pass of the loop. */
export const operationsPerPass = ({ vectorsPerRegister }: Engine, rows: number, registers: number): number =>
  depth * rows * registers * vectorsPerRegister * lanes * 2 * 2;

/**
 * `peak(passes)`: in every pass a tile of `rows` by `registers`, each as wide as the engine's registers, adds `depth` products of
 * pairs to each of its sums.
 */
export function integerPeakModule(engine: Engine, rows: number, registers: number): Uint8Array<ArrayBuffer> {
  const f = new FunctionBuilder(1);
  const [passes] = f.parameters as [Local];
  const vectors = registers * engine.vectorsPerRegister;
  const rowBytes = depth * pairBytes;
  const panel = rows * rowBytes;
  const result = panel + depth * vectors * vectorBytes;
  const [row, weights, rest] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const sums = Array.from({ length: rows }, () => f.vectors(vectors));
  const columns = f.vectors(vectors);
  const [splat] = f.vectors(1) as [Local];
  const each = (make: (sum: Local, r: number, v: number) => ReturnType<typeof set>) =>
    sums.map((line, r) => line.map((sum, v) => make(sum, r, v)));
  const step = [
    columns.map((local, v) => set(local, v128.load(get(weights), panel + v * vectorBytes))),
    sums.map((line, r) => [
      set(splat, v128.load32Splat(get(row), r * rowBytes)),
      line.map((sum, v) =>
        set(sum, i32x4.add(get(sum), i32x4.dotI16x8S(get(splat), get(columns[v] as Local)))),
      ),
    ]),
    set(row, i32.add(get(row), i32.const(pairBytes))),
    set(weights, i32.add(get(weights), i32.const(vectors * vectorBytes))),
    brIf(0, tee(rest, i32.sub(get(rest), i32.const(1)))),
  ];
  const zero = i32.const(0);
  const body = loop([
    each((sum, r, v) => set(sum, v128.load(zero, result + (r * vectors + v) * vectorBytes))),
    set(row, zero),
    set(weights, zero),
    set(rest, i32.const(depth)),
    loop(step),
    each((sum, r, v) => v128.store(zero, get(sum), result + (r * vectors + v) * vectorBytes)),
    brIf(0, tee(passes, i32.sub(get(passes), i32.const(1)))),
  ]);
  const module = new ModuleBuilder();
  module.add(1, f.encode(body), 'peak');
  return module.encode(1);
}
