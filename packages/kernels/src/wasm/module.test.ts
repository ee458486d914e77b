import { describe, expect, test } from 'vitest';
import type { Code } from './code.js';
import { FunctionBuilder } from './function.js';
import { call, f32x4, get, i32, ifElse, type Local, set, v128 } from './instructions.js';
import { ModuleBuilder } from './module.js';

/** Runs a function of `parameters` integers over a page of floats, and returns the floats. */
async function runOn(
  floats: readonly number[],
  parameters: number,
  body: (f: FunctionBuilder) => Code,
  ...args: number[]
) {
  const f = new FunctionBuilder(parameters);
  const module = new ModuleBuilder();
  module.add(parameters, f.encode(body(f)), 'run');
  const memory = new WebAssembly.Memory({ initial: 1 });
  const view = new Float32Array(memory.buffer);
  view.set(floats);
  const { instance } = await WebAssembly.instantiate(module.encode(1), { environment: { memory } });
  (instance.exports.run as (...args: number[]) => void)(...args);
  return view;
}

describe('a function', () => {
  test('repeats a body', async () => {
    const view = await runOn([1, 2, 3, 4], 0, (f) =>
      f.repeat(5, v128.store(i32.const(0), f32x4.add(v128.load(i32.const(0)), f32x4.const(1)))),
    );
    expect([...view.subarray(0, 4)]).toEqual([6, 7, 8, 9]);
  });

  test.each([
    [0, 3, 3],
    [2, 3, 1],
    [3, 3, 0],
    [5, 3, 0],
  ])('runs from %i up to %i in %i steps', async (from, to, steps) => {
    const view = await runOn(
      [0, 0, 0, 0],
      2,
      (f) => {
        const [index, end] = f.parameters as [Local, Local];
        return f.upTo(
          index,
          get(end),
          v128.store(i32.const(0), f32x4.add(v128.load(i32.const(0)), f32x4.const(1))),
        );
      },
      from,
      to,
    );
    expect(view[0]).toBe(steps);
  });

  test('keeps locals of several types apart', async () => {
    const view = await runOn(
      [3],
      1,
      (f) => {
        const [vector, integer, other] = [f.local('v128'), f.local('i32'), f.local('v128')];
        return [
          set(vector, v128.load32Splat(i32.const(0))),
          set(integer, i32.add(get(f.parameters[0] as Local), i32.const(16))),
          set(other, f32x4.mul(get(vector), f32x4.const(2))),
          v128.store(get(integer), get(other)),
        ];
      },
      16,
    );
    expect([...view.subarray(8, 12)]).toEqual([6, 6, 6, 6]);
  });

  test('pseudo-minimum and -maximum pass a NaN in their first operand', async () => {
    const view = await runOn([NaN, 9, -9, 2], 0, () =>
      v128.store(
        i32.const(16),
        f32x4.pmin(f32x4.pmax(v128.load(i32.const(0)), f32x4.const(0)), f32x4.const(6)),
      ),
    );
    expect([...view.subarray(4, 8)]).toEqual([NaN, 6, 0, 2]);
  });
});

test('functions call each other, and take one of two branches', async () => {
  const module = new ModuleBuilder();
  const inner = new FunctionBuilder(2);
  const [address, value] = inner.parameters as [Local, Local];
  const store = module.add(2, inner.encode(v128.store(get(address), f32x4.fromInteger(get(value)))));
  const outer = new FunctionBuilder(1);
  const choice = outer.parameters[0] as Local;
  module.add(
    1,
    outer.encode(
      ifElse(
        get(choice),
        call(store, [i32.const(0), i32.const(7)]),
        call(store, [i32.const(0), i32.const(-7)]),
      ),
    ),
    'run',
  );
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { instance } = await WebAssembly.instantiate(module.encode(1), { environment: { memory } });
  const run = instance.exports.run as (choice: number) => void;
  const view = new Float32Array(memory.buffer);
  run(1);
  expect(view[3]).toBe(7);
  run(0);
  expect(view[3]).toBe(-7);
});
