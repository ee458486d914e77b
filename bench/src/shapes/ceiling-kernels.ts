/**
 * @file The two ceilings as kernels: arithmetic that never leaves the registers, and a copy.
 *
 * On the engine `wide` both end in pairs of stores to adjacent 16 bytes: that is where V8's revectorizer starts, and
 * without them it finds nothing to join.
 */
import {
  brIf,
  type Code,
  type Engine,
  FunctionBuilder,
  get,
  i32,
  type Local,
  loop,
  ModuleBuilder,
  multiplyAdd,
  set,
  tee,
  v128,
} from '@sepconv/kernels/toolkit';

const vectorBytes = 16;
const lanes = 4;

/** Bytes at the start of memory that the arithmetic uses: two operands, then the accumulators. */
export const arithmeticBytes = 4096;

/** Copies of the accumulators' updates in one pass of the loop. */
const unroll = 4;

/** Bytes that one pass of the copy's loop moves; sizes are rounded up to it. */
export const copyStep = 128;

/** Floating-point operations of one pass of {@link peakModule}'s loop. */
export const flopsPerPass = ({ vectorsPerRegister }: Engine, accumulators: number): number =>
  unroll * accumulators * vectorsPerRegister * lanes * 2;

/**
 * `peak(passes)`: in every pass `acc ← acc · a + b`, `unroll` times for each of the accumulators, each as wide as the
 * engine's registers. Every product depends on the last sum, so that the compiler can neither share nor drop one.
 */
export function peakModule(engine: Engine, accumulators: number): Uint8Array<ArrayBuffer> {
  const f = new FunctionBuilder(1);
  const [passes] = f.parameters as [Local];
  const width = engine.vectorsPerRegister;
  const registerBytes = width * vectorBytes;
  const [a, b] = [f.vectors(width), f.vectors(width)];
  const sums = Array.from({ length: accumulators }, () => f.vectors(width));
  const base = f.local('i32');
  const load = (registers: readonly Local[], place: number): Code =>
    registers.map((local, v) => set(local, v128.load(get(base), place * registerBytes + v * vectorBytes)));
  const update = sums.map((sum) =>
    sum.map((local, v) =>
      set(local, multiplyAdd(engine, get(local), get(a[v] as Local), get(b[v] as Local))),
    ),
  );
  const store = sums.map((sum, j) =>
    sum.map((local, v) => v128.store(get(base), get(local), (2 + j) * registerBytes + v * vectorBytes)),
  );
  const body: Code = [
    load(a, 0),
    load(b, 1),
    sums.map((sum, j) => load(sum, 2 + j)),
    loop([
      Array.from({ length: unroll }, () => update),
      brIf(0, tee(passes, i32.sub(get(passes), i32.const(1)))),
    ]),
    store,
  ];
  const module = new ModuleBuilder();
  module.add(1, f.encode(body), 'peak');
  return module.encode(1);
}

/** `copy(source, target, bytes, repeats)`: vector by vector; `bytes` is a multiple of {@link copyStep}. */
export function copyModule(): Uint8Array<ArrayBuffer> {
  const f = new FunctionBuilder(4);
  const [source, target, bytes, repeats] = f.parameters as [Local, Local, Local, Local];
  const [from, to, end] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const offsets = Array.from({ length: copyStep / vectorBytes }, (_, i) => i * vectorBytes);
  const values = f.vectors(offsets.length);
  const body = loop([
    set(from, get(source)),
    set(to, get(target)),
    set(end, i32.add(get(source), get(bytes))),
    loop([
      offsets.map((offset, i) => set(values[i] as Local, v128.load(get(from), offset))),
      offsets.map((offset, i) => v128.store(get(to), get(values[i] as Local), offset)),
      set(to, i32.add(get(to), i32.const(copyStep))),
      brIf(0, i32.ltU(tee(from, i32.add(get(from), i32.const(copyStep))), get(end))),
    ]),
    brIf(0, tee(repeats, i32.sub(get(repeats), i32.const(1)))),
  ]);
  const module = new ModuleBuilder();
  module.add(4, f.encode(body), 'copy');
  return module.encode(1);
}
