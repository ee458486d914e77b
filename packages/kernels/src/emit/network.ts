/** @file The module of a network: a function for each distinct kernel, one for each step, and `run` for all of them. */
import type { GemmCode } from '../plan/gemm-code.js';
import { keyOfCode, splitKernel } from '../plan/kernel-code.js';
import type { Plan, Step } from '../plan/plan.js';
import type { Kernel } from '../plan/step.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { call, get, i32, type Local } from '../wasm/instructions.js';
import { ModuleBuilder } from '../wasm/module.js';
import { type CallKernel, emitKernel } from './kernel.js';

/** Bytes of a page of WebAssembly memory. */
export const pageBytes = 65536;

/**
 * How often a kernel is called in one step, at most. V8 replaces a function by its optimized version at the next call, so
 * a step in several calls is fast from its second quarter on even in the first run.
 */
const callsPerStep = 8;

/** Addresses with which a call is short. A step with more is called once: it moves numbers, and has little to gain. */
const fewAddresses = 32;

/** A function of the module, and the numbers that it is given for one kernel. */
interface KernelFunction {
  readonly index: number;
  readonly sizes: readonly Code[];
}

/** Calls for all of a step's units, in a few even pieces. */
function callsOf(step: Step, { index, sizes }: KernelFunction): Code {
  const calls = step.addresses.length > fewAddresses ? 1 : Math.min(callsPerStep, step.units);
  const addresses = step.addresses.map((address) => i32.const(address));
  return Array.from({ length: calls }, (_, piece) => {
    const from = Math.floor((step.units * piece) / calls);
    const to = Math.floor((step.units * (piece + 1)) / calls);
    return call(index, [i32.const(from), i32.const(to), ...addresses, ...sizes]);
  });
}

/**
 * The module's bytes. It imports `environment.memory` and exports `run()`, and for each step i `step<i>(first, end)`, which
 * runs a range of its units.
 */
export function emitNetwork(plan: Plan): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const functions = new Map<string, number>();
  const functionOf = (kernel: Kernel | GemmCode): KernelFunction => {
    const { code, sizes } = splitKernel(kernel);
    const key = keyOfCode(code);
    let index = functions.get(key);
    if (index === undefined) {
      const { parameters, body } = emitKernel(plan.engine, code, callKernel);
      index = module.add(parameters, body);
      functions.set(key, index);
    }
    return { index, sizes: sizes.map(i32.const) };
  };
  const callKernel: CallKernel = (kernel, args) => {
    const { index, sizes } = functionOf(kernel);
    return call(index, [...args, ...sizes]);
  };
  const stepFunctions = plan.steps.map(({ kernel }) => functionOf(kernel));
  plan.steps.forEach((step, i) => {
    const f = new FunctionBuilder(2);
    const [first, end] = f.parameters as [Local, Local];
    const addresses = step.addresses.map((address) => i32.const(address));
    const { index, sizes } = stepFunctions[i] as KernelFunction;
    module.add(2, f.encode(call(index, [get(first), get(end), ...addresses, ...sizes])), `step${i}`);
  });
  const run = new FunctionBuilder(0);
  module.add(
    0,
    run.encode(plan.steps.map((step, i) => callsOf(step, stepFunctions[i] as KernelFunction))),
    'run',
  );
  return module.encode(Math.ceil(plan.memoryBytes / pageBytes));
}
