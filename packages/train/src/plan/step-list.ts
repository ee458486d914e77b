/** @file What one training step does, in order: kernels of the engine, and short scripts between them. */
import { floatBytes, type Kernel, type Buffer as PlacedBuffer } from '@sepconv/kernels/toolkit';
import type { ColumnSumsKernel } from './column-sums.js';
import type { CombineKernel } from './combine.js';
import type { DepthwiseWeightGradientKernel } from './depthwise-weight-gradient.js';
import type { MaskKernel } from './mask.js';
import type { SlopeKernel } from './slope.js';
import type { SpreadKernel } from './spread.js';
import type { WeightGradientKernel } from './weight-gradient.js';

/** A kernel of the way back. */
export type GradientKernel =
  | ColumnSumsKernel
  | CombineKernel
  | DepthwiseWeightGradientKernel
  | MaskKernel
  | SlopeKernel
  | SpreadKernel
  | WeightGradientKernel;

/** Any kernel that a training step runs: the engine's own, or one of the way back. */
export type TrainingKernel = Kernel | GradientKernel;

/** Floats in the session's memory. */
export interface Buffer extends PlacedBuffer {
  readonly name: string;
  readonly floats: number;
}

/** A kernel over all of its units, with what its address parameters point to. */
export interface KernelStep {
  readonly kind: 'kernel';
  readonly label: string;
  readonly kernel: TrainingKernel;
  readonly units: number;
  readonly operands: readonly Buffer[];
}

/** Work on a few numbers, or an op that has no kernel: a function of views into the memory. */
export interface ScriptStep {
  readonly kind: 'script';
  readonly label: string;
  readonly operands: readonly Buffer[];
  readonly run: (...views: Float32Array[]) => void;
}

export type TrainingStep = KernelStep | ScriptStep;

/** A list of steps under construction. */
export class StepList {
  readonly steps: TrainingStep[] = [];
  #count = 0;

  /** A buffer of its own; the name is for reading a plan. */
  buffer(name: string, floats: number, isKept = false): Buffer {
    this.#count++;
    return { name: `${name}#${this.#count}`, floats, bytes: floats * floatBytes, isKept };
  }

  kernel(label: string, kernel: TrainingKernel, units: number, ...operands: Buffer[]): void {
    this.steps.push({ kind: 'kernel', label, kernel, units, operands });
  }

  script(label: string, operands: readonly Buffer[], run: ScriptStep['run']): void {
    this.steps.push({ kind: 'script', label, operands, run });
  }

  /** Sets a buffer to zero, for kernels that add to what is there. */
  clear(buffer: Buffer): void {
    this.script('clear', [buffer], (view) => view.fill(0));
  }
}
