/** @file The module of a training step: a function for each distinct kernel, exported as `kernel<i>`. */
import {
  type EmittedFunction,
  type Engine,
  emitKernel,
  type KernelCode,
  keyOfCode,
  ModuleBuilder,
  splitKernel,
} from '@sepconv/kernels/toolkit';
import type { GradientKernel, KernelStep } from '../plan/step-list.js';
import { emitColumnSums } from './column-sums.js';
import { emitCombine } from './combine.js';
import { emitDepthwiseWeightGradient } from './depthwise-weight-gradient.js';
import { emitMask } from './mask.js';
import { emitSlope } from './slope.js';
import { emitSpread } from './spread.js';
import { emitWeightGradient } from './weight-gradient.js';

/** What the function of a step depends on. */
type TrainingCode = KernelCode | GradientKernel;

function emitTrainingKernel(engine: Engine, kernel: TrainingCode): EmittedFunction {
  switch (kernel.kind) {
    case 'column-sums':
      return emitColumnSums(engine, kernel);
    case 'combine':
      return emitCombine(engine, kernel);
    case 'depthwise-weight-gradient':
      return emitDepthwiseWeightGradient(engine, kernel);
    case 'mask':
      return emitMask(kernel);
    case 'slope':
      return emitSlope(engine, kernel);
    case 'spread':
      return emitSpread(kernel);
    case 'weight-gradient':
      return emitWeightGradient(engine, kernel);
    default:
      return emitKernel(engine, kernel, () => {
        throw new Error(`a training step has no kernel made of others, but ${kernel.kind} is one`);
      });
  }
}

/** The function of a step: its name in the module, and the numbers that it is given behind the addresses. */
export interface StepFunction {
  readonly name: string;
  readonly sizes: readonly number[];
}

/** A module with the kernels of all steps, and each step's function. */
export interface TrainingModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly functionOf: ReadonlyMap<KernelStep, StepFunction>;
}

/** @param pages of 64 KiB that the memory has at least. */
export function emitTraining(engine: Engine, steps: readonly KernelStep[], pages: number): TrainingModule {
  const module = new ModuleBuilder();
  const names = new Map<string, string>();
  const functionOf = new Map<KernelStep, StepFunction>();
  for (const step of steps) {
    const { code, sizes } = splitKernel(step.kernel);
    const key = keyOfCode(code);
    let name = names.get(key);
    if (name === undefined) {
      name = `kernel${names.size}`;
      names.set(key, name);
      const { parameters, body } = emitTrainingKernel(engine, code);
      module.add(parameters, body, name);
    }
    functionOf.set(step, { name, sizes });
  }
  return { bytes: module.encode(pages), functionOf };
}
