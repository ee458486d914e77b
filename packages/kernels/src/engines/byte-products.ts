/**
 * @file What the relaxed dot product of bytes gives here. It promises a result for a second operand of 0 to 127 only. Beyond
 * that, hosts of today do one of three things: they take it for signed (x86 with AVX-VNNI-INT8, Arm), for unsigned (AVX-VNNI), both
 * exactly, or they limit the sums of two products to 16 bits. Where it is exact for every byte it does four products at once, and
 * never more instructions than two products of pairs, which are used elsewhere. Integers come out the same either way.
 */

import type { ByteOperand, Engine } from '../plan/engine.js';
import { generate } from '../program/generate.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i32x4, type Local, v128 } from '../wasm/instructions.js';
import { ModuleBuilder } from '../wasm/module.js';

/** Bytes of a vector. */
const vectorBytes = 16;

/** A module whose function multiplies the first two vectors in memory, adds the third, and stores the sums behind them. */
function productModule(): Uint8Array<ArrayBuffer> {
  const f = new FunctionBuilder(1);
  const [address] = f.parameters as [Local];
  const vector = (index: number) => v128.load(get(address), index * vectorBytes);
  const sums = i32x4.relaxedDotI8x16I7x16AddS(vector(0), vector(1), vector(2));
  const module = new ModuleBuilder();
  module.add(1, f.encode(v128.store(get(address), sums, 3 * vectorBytes)), 'multiply');
  return module.encode(1);
}

/** First and second operands of four products each, whose sums tell all that hosts do apart: ends of the ranges, in all places. */
const cases: readonly (readonly [a: readonly number[], b: readonly number[]])[] = [
  [
    [-128, -128, -128, -128],
    [255, 255, 255, 255],
  ],
  [
    [127, 127, 127, 127],
    [255, 255, 255, 255],
  ],
  [
    [127, -128, 3, -5],
    [128, 129, 200, 255],
  ],
  [
    [-128, 127, 127, -128],
    [128, 254, 127, 1],
  ],
];

/** What the second operand of this host's instruction is, or `undefined` where it is not exact for every byte, or unknown. */
async function probe(): Promise<ByteOperand | undefined> {
  const module = productModule();
  if (!WebAssembly.validate(module)) return undefined;
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { instance } = await generate(module, { environment: { memory } });
  const bytes = new Uint8Array(memory.buffer);
  cases.forEach(([a, b], lane) => {
    bytes.set(a, 4 * lane);
    bytes.set(b, vectorBytes + 4 * lane);
  });
  const addend = 2 ** 31 - 1;
  const sums = new Int32Array(memory.buffer);
  sums.fill(addend, (2 * vectorBytes) / 4, (3 * vectorBytes) / 4);
  (instance.exports.multiply as (address: number) => void)(0);
  const isEach = (taken: (byte: number) => number): boolean =>
    cases.every(([a, b], lane) => {
      const sum = a.reduce((total, x, i) => total + x * taken(b[i] as number), addend);
      return sums[(3 * vectorBytes) / 4 + lane] === (sum | 0);
    });
  if (isEach((byte) => byte)) return 'unsigned';
  return isEach((byte) => (byte << 24) >> 24) ? 'signed' : undefined;
}

let known: Promise<ByteOperand | undefined> | undefined;

/** What the second operand of the relaxed dot product of bytes is here, found out once in a process. */
export function byteOperand(): Promise<ByteOperand | undefined> {
  known ??= probe();
  return known;
}

/** An engine, with the products of bytes that this host has exactly. */
export async function withByteProducts(engine: Engine): Promise<Engine> {
  if (engine.name === 'simd128') return engine;
  const byteProducts = await byteOperand();
  return byteProducts === undefined ? engine : { ...engine, byteProducts };
}
