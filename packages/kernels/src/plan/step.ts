import type { FusedNetwork } from '@sepconv/graph';
import type { Engine } from './engine.js';

/** What an address argument of a kernel's function points to. */
export type Operand =
  /** A value of the network, in the arena. */
  | { readonly kind: 'value'; readonly value: string }
  /** Packed parameters: `length` floats, which `fill` writes in the kernel's order; integers go into the floats' bytes. */
  | { readonly kind: 'weights'; readonly length: number; readonly fill: (target: Float32Array) => void }
  /** Bytes that the step may use as it likes while it runs, in the arena. */
  | { readonly kind: 'scratch'; readonly bytes: number }
  /** At least this many bytes that are always zero: rows outside an image. */
  | { readonly kind: 'zeros'; readonly bytes: number };

/** One run of a kernel: units of work 0 … `units` − 1, which may run in any order and on any thread. */
export interface PlannedKernel<K> {
  readonly kernel: K;
  readonly units: number;
  /** In the order of the function's parameters, behind the first and the last unit. */
  readonly operands: readonly Operand[];
  /** The value that it writes; with a shape of its own where it is none of the graph's. */
  readonly output: string;
  readonly outputBytes: number;
}

/** All that a planner may look at. */
export interface PlanContext extends FusedNetwork {
  readonly engine: Engine;
}
