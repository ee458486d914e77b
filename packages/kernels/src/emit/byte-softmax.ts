/** @file The code of softmax of bytes: the largest of a row, the sum of its exponentials, and each one's share. */
import type { ByteSoftmaxKernel } from '../plan/byte-softmax.js';
import { floatBytes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32, f64, get, i32, type Local, set } from '../wasm/instructions.js';
import { advance, maximum, minimum } from './address.js';
import type { EmittedFunction } from './elementwise.js';
import { loadOf } from './loads.js';

/** Beyond all bytes, so that a share next to infinity does not overflow behind its zero point. */
const farthest = 1024;

/** The integer part of a share and a half. */
function rounded({ output }: ByteSoftmaxKernel, share: Code): Code {
  return output.dtype === 'uint8'
    ? i32.truncSatF32S(f32.add(share, f32.const(0.5)))
    : i32.truncSatF64S(f64.add(f64.promote(share), f64.const(0.5)));
}

/** The function of a softmax of bytes. Parameters: first unit, last unit, input, table, output. */
export function emitByteSoftmax(kernel: ByteSoftmaxKernel): EmittedFunction {
  const { dtype, size, scale, output: stored } = kernel;
  const f = new FunctionBuilder(5);
  const [unit, end, input, table, output] = f.parameters as [Local, Local, Local, Local, Local];
  const [source, target, largest, result] = f.integers(4) as [Local, Local, Local, Local];
  const sum = f.local('f32');
  const rowOf = (first: Local): Code => i32.add(get(first), i32.mul(get(unit), i32.const(size)));
  const byte = loadOf(dtype)(get(source));
  const exponential = f32.load(
    i32.add(get(table), i32.mul(i32.sub(get(largest), byte), i32.const(floatBytes))),
  );
  const each = (body: Code): Code => [set(source, rowOf(input)), f.repeat(size, [body, advance(source, 1)])];
  const share = f32.mul(exponential, get(sum));
  const limited = f32.max(f32.min(share, f32.const(farthest)), f32.const(-farthest));
  const body = f.upTo(unit, get(end), [
    set(largest, i32.const(-128)),
    each(set(largest, maximum(get(largest), byte))),
    set(sum, f32.const(0)),
    each(set(sum, f32.add(get(sum), exponential))),
    set(sum, f32.div(f32.const(1), f32.mul(get(sum), f32.const(scale)))),
    set(target, rowOf(output)),
    each([
      set(result, i32.add(rounded(kernel, limited), i32.const(stored.zeroPoint))),
      set(result, minimum(maximum(get(result), i32.const(stored.min)), i32.const(stored.max))),
      i32.store8(get(target), get(result)),
      advance(target, 1),
    ]),
  ]);
  return { parameters: 5, body: f.encode(body) };
}
