import { EngineError } from './errors.js';
import type { GemmKernel } from './plan/gemm.js';
import type { Kernel } from './plan/kernel.js';
import { macsOf } from './plan/macs.js';
import type { Operand } from './plan/step.js';
import type { PlannedSession, Session } from './session.js';

/** What one step of a session does. */
export interface StepExplanation {
  /** The nodes of the network that it computes, in order; more than one where they are fused. */
  readonly nodes: readonly string[];
  /** Element type, op, epilogue, tile and engine, as in `f32_pointwise-conv2d_relu6_6x16__wide`. */
  readonly kernel: string;
  /** Independent units of work. */
  readonly units: number;
  /** Threads that are worth sharing them, at most; a session may have fewer. */
  readonly threads: number;
  readonly macs: number;
  /** Pixels and output channels that a matrix product computes at once. */
  readonly tile?: { readonly rows: number; readonly columns: number };
  /** Output rows that fused convolutions take through the cache together. */
  readonly stripRows?: number;
  /** Where its operands lie in the session's memory, in bytes, in the order of the kernel's parameters. */
  readonly operands: readonly { readonly what: string; readonly address: number }[];
}

function nameOf(operand: Operand): string {
  return operand.kind === 'value' ? operand.value : operand.kind;
}

/** The matrix product of a kernel; of several with equal code the first. */
function gemmOf(kernel: Kernel): GemmKernel | undefined {
  switch (kernel.kind) {
    case 'gemm':
      return kernel;
    case 'gemm-table':
      return kernel.products[0];
    case 'separable-conv2d':
      return kernel.pointwise;
    default:
      return undefined;
  }
}

/**
 * Tells step by step what a session runs: kernel, tile, fusion, addresses and multiply-adds. Plain data, for printing.
 *
 * @example
 * for (const { nodes, kernel, macs } of explain(session)) console.log(nodes.join(' + '), kernel, macs);
 */
export function explain(session: Session): readonly StepExplanation[] {
  // Every session is one of this package.
  const steps = (session as Partial<PlannedSession> | undefined)?.plan?.steps;
  if (!steps?.every?.((step) => step?.kernel !== undefined)) {
    throw new EngineError('what is explained is a session: give what compile gives, as it is');
  }
  return steps.map(({ nodes, kernel, units, threads, operands, addresses }) => {
    const gemm = gemmOf(kernel);
    return {
      nodes,
      kernel: kernel.name,
      units,
      threads,
      macs: macsOf(kernel),
      ...(gemm === undefined ? {} : { tile: { rows: gemm.tile.rows, columns: gemm.tile.vectors * 4 } }),
      ...(kernel.kind === 'separable-conv2d' ? { stripRows: kernel.rows } : {}),
      operands: operands.map((operand, index) => ({
        what: nameOf(operand),
        address: addresses[index] as number,
      })),
    };
  });
}
