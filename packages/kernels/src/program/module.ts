/** @file The module of a program: a function for each distinct kernel, and if wanted `run` for all steps in one go. */

import type { CallKernel } from '../emit/call-kernel.js';
import type { EmittedFunction } from '../emit/elementwise.js';
import { emitKernel } from '../emit/kernel.js';
import type { Engine } from '../plan/engine.js';
import type { Kernel } from '../plan/kernel.js';
import { type KernelCode, keyOfCode, type PartCode, splitKernel } from '../plan/kernel-code.js';
import type { Code, OwnBytes } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { call, i32 } from '../wasm/instructions.js';
import { ModuleBuilder } from '../wasm/module.js';
import { pageBytes } from './memory.js';
import type { ForeignKernel, Program, ProgramStep } from './program.js';

/**
 * How often a kernel is called in one step, at most. V8 replaces a function by its optimized version at the next call, so
 * a step in several calls is fast from its second quarter on even in the first run.
 */
const callsPerStep = 8;

/** Addresses with which a call is short. A step with more is called once: it moves numbers, and has little to gain. */
const fewAddresses = 32;

/** Whether a kernel calls others for each unit, which so are optimized within one call, and keeps rows from unit to unit. */
export const callsOthers = (kernel: ForeignKernel): boolean =>
  kernel.kind === 'separable-conv2d' || 'pairs' in kernel;

/** A function of the module, and the numbers that it is given for one kernel. */
interface KernelFunction {
  readonly index: number;
  readonly sizes: readonly Code[];
}

/** Calls for all of a step's units, in a few even pieces. */
function callsOf(
  { kernel, units, addresses }: ProgramStep<ForeignKernel>,
  { index, sizes }: KernelFunction,
): Code {
  const isOne = addresses.length > fewAddresses || callsOthers(kernel);
  const calls = isOne ? 1 : Math.min(callsPerStep, units);
  const places = addresses.map((address) => i32.const(address));
  return Array.from({ length: calls }, (_, piece) => {
    const from = Math.floor((units * piece) / calls);
    const to = Math.floor((units * (piece + 1)) / calls);
    return call(index, [i32.const(from), i32.const(to), ...places, ...sizes]);
  });
}

/** The code of a kernel; see {@link emitKernel}, which knows the engine's own. */
export type KernelEmitter<K extends ForeignKernel> = (
  engine: Engine,
  code: KernelCode | K,
  callKernel: CallKernel,
) => EmittedFunction;

/**
 * The bytes of a module that imports `environment.memory`. For each step i it exports the function of its kernel as `step<i>`,
 * whose parameters are a first unit, the unit to stop before, the step's addresses and the numbers of `splitKernel`.
 *
 * @param isShared whether the memory is one that threads share. Default `false`.
 */
export function emitKernels<K extends ForeignKernel>(
  program: Program<Kernel | K>,
  emit: KernelEmitter<K>,
  isShared = false,
): OwnBytes {
  return buildModule(program, emit).module.encode(pagesFor(program), isShared);
}

/**
 * As {@link emitKernels}, of the engine's own kernels; it exports `run()` too, which runs all steps.
 */
export function emitProgram(program: Program, isShared = false): OwnBytes {
  const { module, functions } = buildModule(program, emitKernel);
  const run = new FunctionBuilder(0);
  const calls = program.steps.map((step, i) => callsOf(step, functions[i] as KernelFunction));
  module.add(0, run.encode(calls), 'run');
  return module.encode(pagesFor(program), isShared);
}

const pagesFor = ({ memoryBytes }: { readonly memoryBytes: number }): number =>
  Math.ceil(memoryBytes / pageBytes);

function buildModule<K extends ForeignKernel>(
  { engine, steps }: Program<Kernel | K>,
  emit: KernelEmitter<K>,
): { readonly module: ModuleBuilder; readonly functions: readonly KernelFunction[] } {
  const module = new ModuleBuilder();
  const known = new Map<string, number>();
  const functionOf = (kernel: Kernel | PartCode | K): KernelFunction => {
    const { code, sizes } = splitKernel(kernel);
    const key = keyOfCode(code);
    let index = known.get(key);
    if (index === undefined) {
      const { parameters, body } = emit(engine, code, callKernel);
      index = module.add(parameters, body);
      known.set(key, index);
    }
    return { index, sizes: sizes.map(i32.const) };
  };
  const callKernel: CallKernel = (kernel, args) => {
    const { index, sizes } = functionOf(kernel);
    return call(index, [...args, ...sizes]);
  };
  const functions = steps.map(({ kernel }) => functionOf(kernel));
  for (const [i, { index }] of functions.entries()) module.export(`step${i}`, index);
  return { module, functions };
}
