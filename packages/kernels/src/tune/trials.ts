/**
 * @file Steps of plans by themselves, in memory that they share: what they read lies before what they write, and is the same in every
 * trial, so no numbers grow from one to the next.
 */
import { emitKernel } from '../emit/kernel.js';
import type { Plan } from '../plan/plan.js';
import type { Operand } from '../plan/step.js';
import { bindSteps } from '../program/instance.js';
import { allocateMemory } from '../program/memory.js';
import { emitKernels } from '../program/module.js';
import { align, readableSlack } from '../program/placement.js';
import type { ProgramStep } from '../program/program.js';

/** An ordinary number: pages that nobody wrote are all one page of zeros, which no cache would miss. */
const filling = 0.5;

/** Memory for trials, which is made anew where one needs more. */
export class TrialMemory {
  #memory: WebAssembly.Memory | undefined;

  of(bytes: number): WebAssembly.Memory {
    if (this.#memory === undefined || this.#memory.buffer.byteLength < bytes) {
      this.#memory = allocateMemory(bytes);
      new Float32Array(this.#memory.buffer).fill(filling);
    }
    return this.#memory;
  }
}

/** What a step reads, then what it writes, one operand after the other. */
function placed(
  { steps, schedule }: Plan,
  position: number,
  written: number,
): { readonly step: ProgramStep; readonly reads: number; readonly writes: number } {
  const { kernel, units, threads, operands, operandBytes } = steps[position] as Plan['steps'][number];
  const output = schedule.steps[position]?.output;
  const isWritten = (operand: Operand): boolean =>
    operand.kind === 'scratch' || (operand.kind === 'value' && operand.value === output);
  let [reads, writes] = [0, 0];
  const addresses = operands.map((operand, i) => {
    const bytes = align((operandBytes[i] as number) + readableSlack);
    const address = isWritten(operand) ? written + writes : reads;
    if (isWritten(operand)) writes += bytes;
    else reads += bytes;
    return address;
  });
  return { step: { kernel, units, threads, addresses }, reads, writes };
}

/** Functions that run the steps of a plan at some positions, whole, each by itself. */
export async function instantiateTrials(
  plan: Plan,
  positions: readonly number[],
  memory: TrialMemory,
): Promise<ReadonlyMap<number, () => void>> {
  const sizes = positions.map((position) => placed(plan, position, 0));
  const reads = Math.max(0, ...sizes.map((size) => size.reads));
  const writes = Math.max(0, ...sizes.map((size) => size.writes));
  const steps = positions.map((position) => placed(plan, position, reads).step);
  const memoryBytes = reads + writes + readableSlack;
  const program = { engine: plan.engine, steps, memoryBytes, scratchBytes: 0 };
  const { instance } = await WebAssembly.instantiate(emitKernels(program, emitKernel), {
    environment: { memory: memory.of(memoryBytes) },
  });
  const runs = bindSteps(program, instance.exports);
  return new Map(
    positions.map((position, i) => {
      const { units } = steps[i] as ProgramStep;
      return [position, () => runs[i]?.(0, units)] as const;
    }),
  );
}
