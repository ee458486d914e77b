import type { Engine } from '../plan/engine.js';
import type { Kernel } from '../plan/kernel.js';

/** A kernel of another package, which brings its own emitter. */
export interface ForeignKernel {
  readonly kind: string;
}

/** A step, which is one run of a kernel, with its place in memory. */
export interface ProgramStep<K extends ForeignKernel = Kernel> {
  readonly kernel: K;
  /** Units of work 0 … `units` − 1, which may run in any order and on any thread. */
  readonly units: number;
  /** Threads that are worth sharing its units, at most; 1 where one is faster by itself. */
  readonly threads: number;
  /** Byte addresses, in the order of the kernel's parameters. */
  readonly addresses: readonly number[];
  /** Which of the addresses is that of scratch, which whoever runs units may have elsewhere; none where there is none. */
  readonly scratch?: number;
}

/** Kernels that run one after the other on one memory: what a network's plan and a training step both are. */
export interface Program<K extends ForeignKernel = Kernel> {
  readonly engine: Engine;
  readonly steps: readonly ProgramStep<K>[];
  readonly memoryBytes: number;
  /** The most scratch that a step takes: what every other runner of units needs of its own. */
  readonly scratchBytes: number;
}
