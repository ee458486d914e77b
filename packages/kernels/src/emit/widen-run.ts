/** @file The code that widens bytes that follow one another to 16-bit differences from their zero point. */
import { type WidenRunCode, wideBytes } from '../plan/widened.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i16x8, i32, type Local, set, v128 } from '../wasm/instructions.js';
import { advance, moveOn, untilPointer } from './address.js';
import type { EmittedFunction } from './elementwise.js';
import { loadEightOf } from './loads.js';

/** Bytes that are widened at a time, and what they become. */
const step = 8;
const vectorBytes = step * wideBytes;

/**
 * The function of bytes that follow one another. Parameters: source, target, bytes in front and behind that are copied as they
 * are, bytes that are widened, zero point. It reads and writes whole vectors, so up to 15 bytes and 32 too many.
 */
export function emitWidenRun({ dtype }: WidenRunCode): EmittedFunction {
  const f = new FunctionBuilder(5);
  const [source, target, edge, count, zero] = f.parameters as [Local, Local, Local, Local, Local];
  const [end, zeros] = [f.local('i32'), f.local('v128')];
  const load = loadEightOf(dtype);
  const copy: Code = [
    set(end, i32.add(get(source), get(edge))),
    untilPointer(source, end, [
      v128.store(get(target), v128.load(get(source))),
      advance(source, vectorBytes),
      advance(target, vectorBytes),
    ]),
  ];
  const body = [
    set(zeros, i16x8.splat(get(zero))),
    copy,
    set(end, i32.add(get(source), get(count))),
    untilPointer(source, end, [
      [0, 1].map((half) =>
        v128.store(get(target), i16x8.sub(load(get(source), half * step), get(zeros)), half * vectorBytes),
      ),
      advance(source, 2 * step),
      advance(target, 2 * vectorBytes),
    ]),
    // Back to where they end.
    moveOn(target, i32.mul(i32.sub(get(end), get(source)), i32.const(wideBytes))),
    set(source, get(end)),
    copy,
  ];
  return { parameters: 5, body: f.encode(body) };
}
