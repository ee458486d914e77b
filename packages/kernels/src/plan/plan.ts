/** @file From a network to a plan: which kernels run in which order, and where everything lies. Pure; emits nothing. */

import {
  fuseGraph,
  type Graph,
  type MemorySchedule,
  type MemoryStep,
  memorySchedule,
  type Network,
  type ValueType,
  validateNetwork,
} from '@sepconv/graph';
import { byteLength, type DType, type Quantization } from '@sepconv/tensor';
import { EngineError } from '../errors.js';
import { align, alignment, type Buffer, placeBuffers, type Use } from '../program/placement.js';
import type { Program, ProgramStep } from '../program/program.js';
import type { Engine } from './engine.js';
import { factsOf, ordinaryNumbers } from './facts.js';
import { planNode, type ScheduledStep } from './nodes.js';
import type { Operand, PlanContext } from './step.js';
import { type FusedGroups, type Fusion, type FusionLimits, joinStrips } from './strips.js';
import { oneThread, type Threading, threadsOf } from './threads.js';

/** A step with its place in memory. */
export interface PlacedStep extends ProgramStep {
  /** The nodes of the network that it computes; padding that a convolution needs carries the convolution's name. */
  readonly nodes: readonly string[];
  /** What the addresses are of. */
  readonly operands: readonly Operand[];
  /** Bytes of what lies at each address. */
  readonly operandBytes: readonly number[];
}

/** A value at the network's border. */
export interface PlacedValue {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** What integers stand for. */
  readonly quantization?: Quantization;
  readonly address: number;
}

/** All that emitting and running need to know. */
export interface Plan extends Program {
  readonly steps: readonly PlacedStep[];
  readonly inputs: readonly PlacedValue[];
  readonly outputs: readonly PlacedValue[];
  /** Bytes of memory in all: zeros, packed weights and the arena. */
  readonly memoryBytes: number;
  /** Where the packed weights begin, behind the zeros. */
  readonly weightsAddress: number;
  readonly weightBytes: number;
  /** The arena: the peak of all activations, inputs and outputs included. */
  readonly arenaBytes: number;
  /** The least that any arena of these steps could have. */
  readonly arenaLowerBound: number;
  /** What every step reads and writes, as plain data for whoever asks where the memory goes. */
  readonly schedule: MemorySchedule;
}

/** What a value at the border may be. */
const runnable: ReadonlySet<DType> = new Set<DType>(['float32', 'int8', 'uint8', 'int32']);

/** As the engine keeps numbers: real ones as float32, whatever the file had. */
const heldAs = (dtype: DType): DType => (dtype === 'float16' || dtype === 'float64' ? 'float32' : dtype);

function expectRunnableInputs({ inputs }: Graph): void {
  for (const { name, dtype } of inputs) {
    if (!runnable.has(dtype)) {
      throw new EngineError(
        `the input "${name}" is ${dtype}; this engine runs ${[...runnable].join(', ')}: convert it before the network`,
      );
    }
  }
}

/** A step, as far as memory cares. */
function memoryStep({ nodes, operands, output, outputBytes }: ScheduledStep): MemoryStep {
  return {
    nodes,
    reads: operands.flatMap((operand) =>
      operand.kind === 'value' && operand.value !== output ? [operand.value] : [],
    ),
    output,
    outputBytes,
    scratchBytes: operands.reduce((sum, o) => sum + (o.kind === 'scratch' ? o.bytes : 0), 0),
  };
}

/** What every step reads and writes as buffers, and those of the network's border. */
interface Buffers {
  readonly steps: readonly (readonly Buffer[])[];
  readonly zeros: Buffer;
  /** By name, whatever other shape the value is seen in. */
  of(value: string): Buffer;
  readonly uses: readonly Use[];
}

/** The buffers of all steps, with the times at which they are needed. */
function buffersOf(
  { graph, views }: PlanContext,
  steps: readonly ScheduledStep[],
  { keepsInputs }: Threading,
): Buffers {
  const shared = (bytes: number): Buffer => ({ bytes, isKept: false });
  const values = new Map(graph.inputs.map((input) => [input.name, shared(byteLength(input))]));
  const find = (value: string, problem: string): Buffer => {
    const buffer = values.get(views.get(value) ?? value);
    if (buffer === undefined) throw new EngineError(problem);
    return buffer;
  };
  const zeroBytes = steps.flatMap(({ operands }) =>
    operands.map((operand) => (operand.kind === 'zeros' ? operand.bytes : 0)),
  );
  const zeros = { bytes: zeroBytes.reduce((a, b) => Math.max(a, b), 0), isKept: true };
  const bufferOf = (operand: Operand): Buffer => {
    switch (operand.kind) {
      case 'value':
        return find(operand.value, `the value "${operand.value}" is used before it is computed`);
      case 'weights':
        return { bytes: operand.bytes, isKept: true };
      case 'scratch':
        return shared(operand.bytes);
      case 'zeros':
        return zeros;
    }
  };
  const uses: Use[] = [[zeros, -1], ...[...values.values()].map((input): Use => [input, -1])];
  if (keepsInputs) for (const input of values.values()) uses.push([input, steps.length]);
  const buffers = steps.map(({ output, outputBytes, operands }, step) => {
    // Several steps may each write a part of one value, as the phases of a transposed convolution do.
    const written = values.get(output) ?? shared(outputBytes);
    values.set(output, written);
    const ofOperands = operands.map(bufferOf);
    for (const buffer of [written, ...ofOperands]) uses.push([buffer, step]);
    return ofOperands;
  });
  for (const output of graph.outputs) {
    uses.push([find(output, `the output "${output}" is a parameter: nothing computes it`), steps.length]);
  }
  return { steps: buffers, zeros, of: (value) => values.get(views.get(value) ?? value) as Buffer, uses };
}

/**
 * Plans a graph for an engine. The plan is plain data: it survives `structuredClone`, and fits all weights of which these facts
 * are true.
 *
 * @param limits where `'auto'` fuses and how strips are cut, by default as measured.
 * @param facts by default that no number is out of the ordinary.
 * @param threading by default that one thread runs it.
 * @throws {GraphError} when the graph contradicts itself.
 * @throws {EngineError} when it cannot run here: an input of float16 or float64, a weight that is computed at run time.
 */
export function planGraph(
  given: Graph,
  engine: Engine,
  fusion: Fusion | FusedGroups = 'auto',
  limits?: FusionLimits,
  facts = ordinaryNumbers,
  threading: Threading = oneThread,
): Plan {
  expectRunnableInputs(given);
  const held = given.parameters.map((value) => ({ ...value, dtype: heldAs(value.dtype) }));
  const fused = fuseGraph({ ...given, parameters: held }, facts.unfoldable);
  const parameters = new Set(fused.graph.parameters.map(({ name }) => name));
  const context: PlanContext = { ...fused, engine, parameters, facts };
  const { graph } = context;
  const apart = context.nodes.flatMap((node) => planNode(context, node));
  const scheduled = joinStrips(context, apart, fusion, limits);
  const buffers = buffersOf(context, scheduled, threading);
  const { addresses, keptBytes, ...placement } = placeBuffers(buffers.uses);
  const addressOf = (buffer: Buffer): number => addresses.get(buffer) as number;
  const steps = scheduled.map(({ nodes, kernel, units, operands }, step) => {
    const scratch = operands.findIndex(({ kind }) => kind === 'scratch');
    const own = buffers.steps[step] as readonly Buffer[];
    const read = ({ kind }: Operand): boolean => kind === 'value' || kind === 'weights';
    const moved = own.reduce((sum, { bytes }, i) => sum + (read(operands[i] as Operand) ? bytes : 0), 0);
    return {
      nodes,
      kernel,
      units,
      threads: threadsOf(kernel, units, moved, threading),
      operands,
      operandBytes: own.map(({ bytes }) => bytes),
      addresses: own.map(addressOf),
      ...(scratch >= 0 && { scratch }),
    };
  });
  const memory = memorySchedule(context, scheduled.map(memoryStep), alignment);
  const place = (name: string): PlacedValue => {
    const { shape, dtype, quantization } = context.types.get(name) as ValueType;
    const address = addressOf(buffers.of(name));
    return { name, shape, dtype, address, ...(quantization && { quantization }) };
  };
  return {
    engine,
    steps,
    inputs: graph.inputs.map(({ name }) => place(name)),
    outputs: graph.outputs.map(place),
    ...placement,
    scratchBytes: memory.steps.reduce((most, { scratchBytes }) => Math.max(most, scratchBytes), 0),
    weightsAddress: align(buffers.zeros.bytes),
    weightBytes: keptBytes - align(buffers.zeros.bytes),
    schedule: memory,
  };
}

/** As {@link planGraph}, with what its numbers need. */
export function planNetwork(
  network: Network,
  engine: Engine,
  fusion?: Fusion | FusedGroups,
  limits?: FusionLimits,
  threading?: Threading,
): Plan {
  validateNetwork(network);
  return planGraph(network.graph, engine, fusion, limits, factsOf(network), threading);
}
