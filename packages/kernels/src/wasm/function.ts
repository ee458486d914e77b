import { type Code, flatten, unsigned } from './code.js';
import {
  block,
  brIf,
  f32,
  f32x4,
  f64x2,
  get,
  i16x8,
  i32,
  i32x4,
  ifElse,
  type Local,
  localAt,
  loop,
  set,
  tee,
} from './instructions.js';

const typeBytes = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** A function under construction: its parameters, which are 32-bit addresses and counts, and its locals. */
export class FunctionBuilder {
  readonly parameters: readonly Local[];
  readonly #locals: Local[] = [];
  /** Vector constants by their code's text, and what sets their locals at the function's start. */
  readonly #constants = new Map<string, Local>();
  readonly #setConstants: Code[] = [];

  constructor(parameterCount: number) {
    this.parameters = Array.from({ length: parameterCount }, (_, index) => localAt(index, 'i32'));
  }

  /** A new local; it starts as zero. */
  local(type: Local['type']): Local {
    const local = localAt(this.parameters.length + this.#locals.length, type);
    this.#locals.push(local);
    return local;
  }

  /** `count` new locals for integers and addresses. */
  integers(count: number): Local[] {
    return Array.from({ length: count }, () => this.local('i32'));
  }

  /** `count` new vector locals. */
  vectors(count: number): Local[] {
    return Array.from({ length: count }, () => this.local('v128'));
  }

  /**
   * A vector with the same float in every lane. It lives in one local that all uses share: V8 builds a constant anew at each
   * place where it is written, and does not join vectors whose halves have constants of their own.
   */
  constant(value: number): Code {
    return this.#constant(`f${Object.is(value, -0) ? '-0' : value}`, f32x4.const(value));
  }

  /** As {@link constant}, with the float whose bits a parameter holds. */
  floatOf(parameter: Local): Code {
    return this.#constant(`p${parameter.index}`, f32x4.splat(f32.reinterpretI32(get(parameter))));
  }

  /** As {@link constant}, with the same 32-bit integer in every lane. */
  integerConstant(value: number): Code {
    return this.#constant(`i${value}`, i32x4.const(value));
  }

  /** As {@link constant}, with the 16-bit integer that a parameter holds. */
  shortOf(parameter: Local): Code {
    return this.#constant(`s${parameter.index}`, i16x8.splat(get(parameter)));
  }

  /** As {@link integerConstant}, with `value` less the integer that a parameter holds. */
  integerMinus(value: number, parameter: Local): Code {
    return this.#constant(
      `m${value}-${parameter.index}`,
      i32x4.splat(i32.sub(i32.const(value), get(parameter))),
    );
  }

  /** As {@link constant}, with the same float64 in both halves. */
  doubleConstant(value: number): Code {
    return this.#constant(`d${Object.is(value, -0) ? '-0' : value}`, f64x2.const(value));
  }

  #constant(key: string, value: Code): Code {
    let local = this.#constants.get(key);
    if (local === undefined) {
      local = this.local('v128');
      this.#constants.set(key, local);
      this.#setConstants.push(set(local, value));
    }
    return get(local);
  }

  /**
   * Repeats `body`. A number is known now: none and one cost no loop. A local holds the number when it runs, at least one then.
   */
  repeat(count: number | Local, body: Code): Code {
    if (count === 0) return [];
    if (count === 1) return body;
    const left = this.local('i32');
    const start = typeof count === 'number' ? i32.const(count) : get(count);
    return [set(left, start), loop([body, brIf(0, tee(left, i32.sub(get(left), i32.const(1))))])];
  }

  /** Runs `body` for `index` from its present value up to `end`, not at all when it is there already. */
  upTo(index: Local, end: Code, body: Code): Code {
    return block([
      brIf(0, i32.geS(get(index), end)),
      loop([body, brIf(0, i32.ltS(tee(index, i32.add(get(index), i32.const(1))), end))]),
    ]);
  }

  /** One of two branches; an empty first one costs no test. */
  choose(condition: Code, then: Code, otherwise: Code): Code {
    return Array.isArray(then) && then.length === 0 ? otherwise : ifElse(condition, then, otherwise);
  }

  /** The function's entry in the code section. */
  encode(body: Code): Code {
    const runs: { type: Local['type']; count: number }[] = [];
    for (const { type } of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    const locals = [unsigned(runs.length), runs.map(({ type, count }) => [unsigned(count), typeBytes[type]])];
    const bytes = flatten([locals, this.#setConstants, body, 0x0b]);
    return [unsigned(bytes.length), bytes];
  }
}
