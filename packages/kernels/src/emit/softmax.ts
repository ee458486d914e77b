/** @file The code of softmax: the maximum, then the exponentials and their sum, then the quotients. */

import type { Engine } from '../plan/engine.js';
import { floatBytes, lanes } from '../plan/sizes.js';
import type { SoftmaxKernel } from '../plan/softmax.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, i32, type Local, set, v128 } from '../wasm/instructions.js';
import { decay } from './arithmetic.js';
import type { EmittedFunction } from './elementwise.js';
import { forEachVector } from './flat-loop.js';
import { combineLanes, laneMask } from './lanes.js';
import { storeLanes } from './store.js';

/** Along contiguous floats: lanes are summed separately and combined at the end. */
function emitContiguous(f: FunctionBuilder, engine: Engine, kernel: SoftmaxKernel): Code {
  const [unit, end, input, output] = f.parameters as [Local, Local, Local, Local];
  const [largest, sum, x] = f.vectors(3) as [Local, Local, Local];
  const [source, target, offset] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const rowBytes = kernel.axis * floatBytes;
  const each = (body: (at: Code, used: number) => Code): Code => forEachVector(f, kernel.axis, offset, body);
  return f.upTo(unit, get(end), [
    set(source, i32.add(get(input), i32.mul(get(unit), i32.const(rowBytes)))),
    set(target, i32.add(get(output), i32.mul(get(unit), i32.const(rowBytes)))),
    set(largest, f32x4.const(-Infinity)),
    each((at, used) => {
      const value = v128.load(i32.add(get(source), at));
      const masked = used === lanes ? value : v128.bitselect(value, f32x4.const(-Infinity), laneMask(used));
      return set(largest, f32x4.max(get(largest), masked));
    }),
    combineLanes(largest, f32x4.max),
    set(sum, f32x4.const(0)),
    each((at, used) => [
      set(x, f32x4.sub(v128.load(i32.add(get(source), at)), get(largest))),
      decay(f, engine, x),
      storeLanes(i32.add(get(target), at), get(x), used, 0),
      set(sum, f32x4.add(get(sum), used === lanes ? get(x) : v128.and(get(x), laneMask(used)))),
    ]),
    combineLanes(sum, f32x4.add),
    each((at, used) =>
      storeLanes(i32.add(get(target), at), f32x4.div(v128.load(i32.add(get(target), at)), get(sum)), used, 0),
    ),
  ]);
}

/** Along a strided axis: four neighbouring inner positions, each lane for itself. */
function emitStrided(f: FunctionBuilder, engine: Engine, kernel: SoftmaxKernel): Code {
  const [unit, end, input, output] = f.parameters as [Local, Local, Local, Local];
  const [largest, sum, x] = f.vectors(3) as [Local, Local, Local];
  const [source, target, step, base] = Array.from({ length: 4 }, () => f.local('i32')) as [
    Local,
    Local,
    Local,
    Local,
  ];
  const stride = kernel.inner * floatBytes;
  const chunks = Math.ceil(kernel.inner / lanes);
  const alongAxis = (body: Code): Code => [
    set(step, i32.const(0)),
    f.repeat(kernel.axis, [body, set(step, i32.add(get(step), i32.const(stride)))]),
  ];
  const at = (pointer: Local): Code => i32.add(get(pointer), get(step));
  const chunkOf = (used: number): Code => [
    set(largest, f32x4.const(-Infinity)),
    alongAxis(set(largest, f32x4.max(get(largest), v128.load(at(source))))),
    set(sum, f32x4.const(0)),
    alongAxis([
      set(x, f32x4.sub(v128.load(at(source)), get(largest))),
      decay(f, engine, x),
      storeLanes(at(target), get(x), used, 0),
      set(sum, f32x4.add(get(sum), get(x))),
    ]),
    alongAxis(storeLanes(at(target), f32x4.div(v128.load(at(target)), get(sum)), used, 0)),
  ];
  const chunk = i32.remU(get(unit), i32.const(chunks));
  const rest = kernel.inner - (chunks - 1) * lanes;
  return f.upTo(unit, get(end), [
    set(
      base,
      i32.add(
        i32.mul(i32.divU(get(unit), i32.const(chunks)), i32.const(kernel.axis * stride)),
        i32.mul(chunk, i32.const(lanes * floatBytes)),
      ),
    ),
    set(source, i32.add(get(input), get(base))),
    set(target, i32.add(get(output), get(base))),
    rest === lanes
      ? chunkOf(lanes)
      : f.choose(i32.ltS(chunk, i32.const(chunks - 1)), chunks === 1 ? [] : chunkOf(lanes), chunkOf(rest)),
  ]);
}

/** The function of a softmax. Parameters: first unit, last unit, input, output. */
export function emitSoftmax(engine: Engine, kernel: SoftmaxKernel): EmittedFunction {
  const f = new FunctionBuilder(4);
  return {
    parameters: 4,
    body: f.encode(kernel.inner === 1 ? emitContiguous(f, engine, kernel) : emitStrided(f, engine, kernel)),
  };
}
