import type { FusedGraph } from '@sepconv/graph';
import type { Engine } from './engine.js';
import type { NumberFacts } from './facts.js';
import type { Layout } from './layout.js';

/** What an address argument of a kernel's function points to. */
export type Operand =
  /** A value of the network, in the arena. */
  | { readonly kind: 'value'; readonly value: string }
  /** Packed parameters and tables, in the kernel's order. */
  | { readonly kind: 'weights'; readonly bytes: number; readonly layout: Layout }
  /** Bytes that the step may use as it likes while it runs, in the arena. */
  | { readonly kind: 'scratch'; readonly bytes: number }
  /** At least this many bytes that are always zero: rows outside an image. */
  | { readonly kind: 'zeros'; readonly bytes: number };

/** A step, which is one run of a kernel: units of work 0 … `units` − 1, which may run in any order and on any thread. */
export interface PlannedStep<K> {
  readonly kernel: K;
  readonly units: number;
  /** In the order of the function's parameters, behind the first and the last unit. */
  readonly operands: readonly Operand[];
  /** The value that it writes; with a shape of its own where it is none of the graph's. */
  readonly output: string;
  readonly outputBytes: number;
}

/** All that a planner may look at. */
export interface PlanContext extends FusedGraph {
  readonly engine: Engine;
  /** The values that are parameters. */
  readonly parameters: ReadonlySet<string>;
  readonly facts: NumberFacts;
}
