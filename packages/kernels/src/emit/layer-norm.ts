/**
 * @file The code of layer normalization: `out = (in − mean) · (scale / √(variance + ε)) + shift` for each row of channels. The
 * row is read three times, which costs little since it lies in the first-level cache: for the mean, for the mean of the
 * squared distances from it (the mean of squares minus the square of the mean would cancel), and for the result.
 */
import type { LayerNormKernel } from '../plan/layer-norm.js';
import { floatBytes, lanes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32, f32x4, f64, get, i32, ifElse, type Local, set, v128 } from '../wasm/instructions.js';
import type { EmittedFunction } from './elementwise.js';
import { forEachVector } from './flat-loop.js';
import { sumRow } from './row-sum.js';
import { storeLanes } from './store.js';

/** Below it squares lose digits, and its reciprocal's square is still a number. */
const smallestNormal = 2 ** -126;

/**
 * Whether a row's variance plus ε, and the reciprocal of its root, are what they should be: neither so large that a square
 * overflowed nor so small that it vanished. Without an ε it must also be above what the rounded mean makes of equal numbers.
 */
function isInRange(
  f: FunctionBuilder,
  { channels, epsilon }: LayerNormKernel,
  mean: Local,
  variance: Local,
): Code {
  const inside = v128.and(
    f32x4.ge(get(variance), f32x4.const(smallestNormal)),
    f32x4.lt(get(variance), f32x4.const(Infinity)),
  );
  if (Math.fround(epsilon) > 0) return v128.anyTrue(inside);
  const drowned = f.local('v128');
  return [
    set(drowned, f32x4.mul(get(mean), f32x4.const((channels + 2) * 2 ** -24))),
    v128.anyTrue(v128.and(inside, f32x4.gt(get(variance), f32x4.mul(get(drowned), get(drowned))))),
  ];
}

/** A row in float64, number by number, where any float32 has room for its square. */
function wideRow(
  f: FunctionBuilder,
  { channels, epsilon }: LayerNormKernel,
  {
    source,
    packed,
    target,
    shifts,
  }: Readonly<Record<'source' | 'packed' | 'target', Local>> & { readonly shifts: number },
): Code {
  const [mean, deviation, distance] = [f.local('f64'), f.local('f64'), f.local('f64')];
  const offset = f.local('i32');
  const load = (from: Local, by = 0): Code => f64.promote(f32.load(i32.add(get(from), get(offset)), by));
  const each = (body: Code): Code => [
    set(offset, i32.const(0)),
    f.repeat(channels, [body, set(offset, i32.add(get(offset), i32.const(floatBytes)))]),
  ];
  const setDistance = set(distance, f64.sub(load(source), get(mean)));
  return [
    set(mean, f64.const(0)),
    each(set(mean, f64.add(get(mean), load(source)))),
    set(mean, f64.div(get(mean), f64.const(channels))),
    set(deviation, f64.const(0)),
    each([setDistance, set(deviation, f64.add(get(deviation), f64.mul(get(distance), get(distance))))]),
    set(deviation, f64.sqrt(f64.add(f64.div(get(deviation), f64.const(channels)), f64.const(epsilon)))),
    each([
      setDistance,
      f32.store(
        i32.add(get(target), get(offset)),
        f32.demote(
          f64.add(f64.div(f64.mul(get(distance), load(packed)), get(deviation)), load(packed, shifts)),
        ),
      ),
    ]),
  ];
}

/** The function of a layer normalization. Parameters: first unit, last unit, input, packed scale and shift, output. */
export function emitLayerNorm(kernel: LayerNormKernel): EmittedFunction {
  const { channels, epsilon } = kernel;
  const f = new FunctionBuilder(5);
  const [unit, end, input, packed, output] = f.parameters as [Local, Local, Local, Local, Local];
  const [mean, factor, x] = f.vectors(3) as [Local, Local, Local];
  const [source, target, offset] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const rowBytes = i32.mul(get(unit), i32.const(channels * floatBytes));
  const shifts = Math.ceil(channels / lanes) * lanes * floatBytes;
  const distance = (value: Code): Code => f32x4.sub(value, get(mean));
  // By 1 / √(variance + ε).
  const narrowRow: Code = [
    set(factor, f32x4.div(f32x4.const(1), f32x4.sqrt(get(factor)))),
    forEachVector(f, channels, offset, (at, used) => [
      set(x, f32x4.mul(distance(v128.load(i32.add(get(source), at))), get(factor))),
      set(x, f32x4.mul(get(x), v128.load(i32.add(get(packed), at)))),
      set(x, f32x4.add(get(x), v128.load(i32.add(get(packed), at), shifts))),
      storeLanes(i32.add(get(target), at), get(x), used, 0),
    ]),
  ];
  const body = f.upTo(unit, get(end), [
    set(source, i32.add(get(input), rowBytes)),
    set(target, i32.add(get(output), rowBytes)),
    sumRow(f, { source, count: channels, sum: mean }, () => []),
    set(mean, f32x4.div(get(mean), f32x4.const(channels))),
    sumRow(f, { source, count: channels, sum: factor }, (value) => [
      set(value, distance(get(value))),
      set(value, f32x4.mul(get(value), get(value))),
    ]),
    set(factor, f32x4.add(f32x4.div(get(factor), f32x4.const(channels)), f32x4.const(epsilon))),
    ifElse(
      isInRange(f, kernel, mean, factor),
      narrowRow,
      wideRow(f, kernel, { source, packed, target, shifts }),
    ),
  ]);
  return { parameters: 5, body: f.encode(body) };
}
