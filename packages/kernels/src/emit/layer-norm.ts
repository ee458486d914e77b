/**
 * @file The code of layer normalization: `out = (in − mean) · (scale / √(variance + ε)) + shift` for each row of channels. The
 * row is read three times, which costs little since it lies in the first-level cache: for the mean, for the mean of the
 * squared distances from it (the mean of squares minus the square of the mean would cancel), and for the result.
 */
import type { LayerNormKernel } from '../plan/layer-norm.js';
import { floatBytes, lanes } from '../plan/shapes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, i32, type Local, set, v128 } from '../wasm/instructions.js';
import type { EmittedFunction } from './elementwise.js';
import { forEachVector } from './flat-loop.js';
import { sumRow } from './row-sum.js';
import { storeLanes } from './store.js';

/** The function of a layer normalization. Parameters: first unit, last unit, input, packed scale and shift, output. */
export function emitLayerNorm({ channels, epsilon }: LayerNormKernel): EmittedFunction {
  const f = new FunctionBuilder(5);
  const [unit, end, input, packed, output] = f.parameters as [Local, Local, Local, Local, Local];
  const [mean, factor, x] = f.vectors(3) as [Local, Local, Local];
  const [source, target, offset] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const rowBytes = i32.mul(get(unit), i32.const(channels * floatBytes));
  const shifts = Math.ceil(channels / lanes) * lanes * floatBytes;
  const distance = (value: Code): Code => f32x4.sub(value, get(mean));
  const body = f.upTo(unit, get(end), [
    set(source, i32.add(get(input), rowBytes)),
    set(target, i32.add(get(output), rowBytes)),
    sumRow(f, { source, count: channels, sum: mean }, () => []),
    set(mean, f32x4.div(get(mean), f32x4.const(channels))),
    sumRow(f, { source, count: channels, sum: factor }, (value) => [
      set(value, distance(get(value))),
      set(value, f32x4.mul(get(value), get(value))),
    ]),
    // 1 / √(variance + ε)
    set(factor, f32x4.add(f32x4.div(get(factor), f32x4.const(channels)), f32x4.const(epsilon))),
    set(factor, f32x4.div(f32x4.const(1), f32x4.sqrt(get(factor)))),
    forEachVector(f, channels, offset, (at, used) => [
      set(x, f32x4.mul(distance(v128.load(i32.add(get(source), at))), get(factor))),
      set(x, f32x4.mul(get(x), v128.load(i32.add(get(packed), at)))),
      set(x, f32x4.add(get(x), v128.load(i32.add(get(packed), at), shifts))),
      storeLanes(i32.add(get(target), at), get(x), used, 0),
    ]),
  ]);
  return { parameters: 5, body: f.encode(body) };
}
