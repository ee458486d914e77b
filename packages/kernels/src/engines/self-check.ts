/**
 * @file What an engine must prove before it runs anything. The instructions of `simd128` are specified to the bit: what accepts
 * them computes them. `relaxed` and `wide` have one that is not, `a · b + c` rounded once or twice, and hosts with an early
 * draft of relaxed SIMD knew it under another number.
 */

import { multiplyAdd } from '../emit/arithmetic.js';
import type { Engine } from '../plan/engine.js';
import { floatBytes, lanes } from '../plan/sizes.js';
import { generate } from '../program/generate.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, type Local, v128 } from '../wasm/instructions.js';
import { ModuleBuilder } from '../wasm/module.js';

/** `a`, `b` and `c`, of which once and twice rounded are the same or differ, and numbers that are none. */
const cases: readonly (readonly [a: number, b: number, c: number])[] = [
  [3, 5, 7],
  [1 + 2 ** -12, 1 + 2 ** -12, -1],
  [-0, 1, -0],
  [Infinity, 0, 1],
];

/** A module whose function computes the multiply-add of the vectors at its memory's start, and stores it behind them. */
function multiplyAddModule(engine: Engine): Uint8Array<ArrayBuffer> {
  const f = new FunctionBuilder(1);
  const [address] = f.parameters as [Local];
  const vector = (index: number) => v128.load(get(address), index * lanes * floatBytes);
  const result = multiplyAdd(engine, vector(0), vector(1), vector(2));
  const module = new ModuleBuilder();
  module.add(1, f.encode(v128.store(get(address), result, 3 * lanes * floatBytes)), 'check');
  return module.encode(1);
}

/** `undefined` where an engine's instructions are unknown here; else whether it computes what they may give. */
export async function selfCheck(engine: Engine): Promise<boolean | undefined> {
  const module = multiplyAddModule(engine);
  if (!WebAssembly.validate(module)) return undefined;
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { instance } = await generate(module, { environment: { memory } });
  const numbers = new Float32Array(memory.buffer);
  cases.forEach((operands, lane) => {
    for (const [index, value] of operands.entries()) numbers[index * lanes + lane] = value;
  });
  (instance.exports.check as (address: number) => void)(0);
  const isEach = (wanted: (a: number, b: number, c: number) => number): boolean =>
    cases.every((operands, lane) => Object.is(numbers[3 * lanes + lane], Math.fround(wanted(...operands))));
  // Products of two float32 are exact in float64, and so are these sums.
  return isEach((a, b, c) => a * b + c) || isEach((a, b, c) => Math.fround(a * b) + c);
}
