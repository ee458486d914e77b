/** @file The code of a table of bytes. */
import type { LookupKernel } from '../plan/lookup.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i32, ifElse, type Local, set } from '../wasm/instructions.js';
import { advance } from './address.js';
import type { EmittedFunction } from './elementwise.js';
import { loadOf } from './loads.js';

/** The function of a lookup. Parameters: first unit, last unit, input, table, output. */
export function emitLookup({ dtype, least, rows, inner, length }: LookupKernel): EmittedFunction {
  const f = new FunctionBuilder(5);
  const [unit, end, input, table, output] = f.parameters as [Local, Local, Local, Local, Local];
  const [source, target, first] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const start = i32.mul(get(unit), i32.const(inner));
  const look = (count: number): Code =>
    f.repeat(count, [
      i32.store8(get(target), i32.load8U(i32.add(get(first), loadOf(dtype)(get(source))))),
      advance(source, 1),
      advance(target, 1),
      rows > 1 ? advance(first, 256) : [],
    ]);
  const elements = (count: number): Code =>
    rows > 1 ? f.repeat(count / rows, [look(rows), advance(first, -256 * rows)]) : look(count);
  const full = Math.floor(length / inner);
  const rest = length - full * inner;
  const body = [
    set(first, i32.sub(get(table), i32.const(least))),
    f.upTo(unit, get(end), [
      set(source, i32.add(get(input), start)),
      set(target, i32.add(get(output), start)),
      rest === 0
        ? elements(inner)
        : ifElse(i32.ltU(get(unit), i32.const(full)), elements(inner), elements(rest)),
    ]),
  ];
  return { parameters: 5, body: f.encode(body) };
}
