/** @file The module of a training step: a function for each distinct kernel, exported as `kernel<i>`. */
import { type EmittedFunction, type Engine, emitKernel, ModuleBuilder } from '@sepconv/kernels/toolkit';
import type { KernelStep, TrainingKernel } from '../plan/step-list.js';
import { emitColumnSums } from './column-sums.js';
import { emitCombine } from './combine.js';
import { emitDepthwiseWeightGradient } from './depthwise-weight-gradient.js';
import { emitMask } from './mask.js';
import { emitSlope } from './slope.js';
import { emitSpread } from './spread.js';
import { emitWeightGradient } from './weight-gradient.js';

/** Equal kernels have equal keys; infinities, which JSON does not have, keep apart. */
function keyOf(kernel: TrainingKernel): string {
  return JSON.stringify(kernel, (_, value: unknown) => (typeof value === 'number' ? String(value) : value));
}

function emitTrainingKernel(engine: Engine, kernel: TrainingKernel): EmittedFunction {
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
        throw new Error(`a training step has no kernel made of others, but ${kernel.name} is one`);
      });
  }
}

/** A module with the kernels of all steps, and the name of each step's function. */
export interface TrainingModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly functionOf: ReadonlyMap<KernelStep, string>;
}

/** @param pages of 64 KiB that the memory has at least. */
export function emitTraining(engine: Engine, steps: readonly KernelStep[], pages: number): TrainingModule {
  const module = new ModuleBuilder();
  const names = new Map<string, string>();
  const functionOf = new Map<KernelStep, string>();
  for (const step of steps) {
    const key = keyOf(step.kernel);
    let name = names.get(key);
    if (name === undefined) {
      name = `kernel${names.size}`;
      names.set(key, name);
      const { parameters, body } = emitTrainingKernel(engine, step.kernel);
      module.add(parameters, body, name);
    }
    functionOf.set(step, name);
  }
  return { bytes: module.encode(pages), functionOf };
}
