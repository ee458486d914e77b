/** @file From a network to a plan: which kernels run in which order, and where everything lies. Pure; emits nothing. */

import {
  type ArenaBuffer,
  type DeferredFolding,
  deferBatchNormFolding,
  eliminateDeadNodes,
  expandSeparable,
  inferTypes,
  type Network,
  planArena,
  type ValueType,
  validateNetwork,
} from '@sepconv/graph';
import { byteLength, type DType, type Quantization } from '@sepconv/tensor';
import { EngineError } from '../errors.js';
import type { Engine } from './engine.js';
import { type MemorySchedule, memorySchedule } from './memory-schedule.js';
import {
  type FusedGroups,
  type Fusion,
  type FusionLimits,
  type Schedule,
  type Scheduled,
  scheduleNetwork,
} from './schedule.js';
import type { Kernel, Operand, PlanContext } from './step.js';

/** A kernel's run with its place in memory. */
export interface Step {
  /** The nodes of the network that it computes; padding that a convolution needs carries the convolution's name. */
  readonly nodes: readonly string[];
  readonly kernel: Kernel;
  readonly units: number;
  /** Byte addresses, in the order of the kernel's parameters. */
  readonly addresses: readonly number[];
  readonly operands: readonly Operand[];
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
export interface Plan {
  readonly engine: Engine;
  readonly steps: readonly Step[];
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

const alignment = 64;
const align = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

/** Kernels may read up to a vector behind the last float of anything. */
const readableSlack = 64;

/** What a value at the border may be. */
const runnable: ReadonlySet<DType> = new Set<DType>(['float32', 'int8', 'uint8', 'int32']);

/** The network as the planner wants it: separable ops expanded, BatchNorm folded, nothing dead. */
function prepare(network: Network): DeferredFolding {
  validateNetwork(network);
  const expanded = { ...network, graph: expandSeparable(network.graph) };
  const { network: folded, factors } = deferBatchNormFolding(expanded);
  const prepared = eliminateDeadNodes(folded);
  for (const { name, dtype } of prepared.graph.inputs) {
    if (!runnable.has(dtype)) {
      throw new EngineError(
        `the input "${name}" is ${dtype}; this engine runs ${[...runnable].join(', ')}: convert it before the network`,
      );
    }
  }
  return { network: prepared, factors };
}

/** The scratch of a run as a buffer of the arena. */
const scratchId = (step: number): string => `scratch of step ${step}`;

/** Lifetimes of all values and scratch in the arena, counted in runs. */
function arenaBuffers(context: PlanContext, { runs, resolve }: Schedule): ArenaBuffer[] {
  const buffers = new Map<string, { id: string; bytes: number; start: number; end: number }>();
  const add = (id: string, bytes: number, start: number): void => {
    buffers.set(id, { id, bytes, start, end: start });
  };
  for (const input of context.graph.inputs) add(input.name, byteLength(input), -1);
  runs.forEach(({ planned }, step) => {
    // Several runs may each write a part of one value, as the phases of a transposed convolution do.
    if (!buffers.has(planned.output)) add(planned.output, planned.outputBytes, step);
    for (const operand of planned.operands) {
      if (operand.kind === 'scratch') add(scratchId(step), operand.bytes, step);
      if (operand.kind !== 'value') continue;
      const buffer = buffers.get(resolve(operand.value));
      if (buffer === undefined)
        throw new EngineError(`the value "${operand.value}" is used before it is computed`);
      buffer.end = step;
    }
  });
  for (const output of context.graph.outputs) {
    const buffer = buffers.get(resolve(output));
    if (buffer === undefined) {
      throw new EngineError(`the output "${output}" is a parameter: nothing computes it`);
    }
    buffer.end = runs.length;
  }
  return [...buffers.values()];
}

/** Places zeros, then the weights of every step, and tells where each operand but the values lies. */
function placeConstants(runs: readonly Scheduled[]): {
  addresses: Map<Operand, number>;
  zeroBytes: number;
  end: number;
} {
  const operands = runs.flatMap(({ planned }) => planned.operands);
  const zeroBytes = align(
    operands.reduce((most, o) => (o.kind === 'zeros' ? Math.max(most, o.bytes) : most), 0),
  );
  const addresses = new Map<Operand, number>();
  let end = zeroBytes;
  for (const operand of operands) {
    if (operand.kind === 'zeros') addresses.set(operand, 0);
    if (operand.kind !== 'weights') continue;
    addresses.set(operand, end);
    end = align(end + operand.length * 4);
  }
  return { addresses, zeroBytes, end };
}

/**
 * Plans a network for an engine; `limits`, by default as measured, say where `'auto'` fuses and how strips are cut.
 *
 * @throws {GraphError} when the network contradicts itself.
 * @throws {EngineError} when it cannot run here: an input of float16 or float64, a weight that is computed at run time.
 */
export function planNetwork(
  network: Network,
  engine: Engine,
  fusion: Fusion | FusedGroups = 'auto',
  limits?: FusionLimits,
): Plan {
  const { network: prepared, factors } = prepare(network);
  const { graph, weights } = prepared;
  const context: PlanContext = { engine, graph, weights, factors, types: inferTypes(graph) };
  const schedule = scheduleNetwork(context, fusion, limits);
  const { runs, resolve } = schedule;
  const constants = placeConstants(runs);
  const arena = planArena(arenaBuffers(context, schedule), alignment);
  const inArena = (id: string): number => constants.end + (arena.offsets.get(id) as number);
  const addressOf = (value: string): number => inArena(resolve(value));
  const addressOfOperand = (operand: Operand, step: number): number => {
    if (operand.kind === 'value') return addressOf(operand.value);
    if (operand.kind === 'scratch') return inArena(scratchId(step));
    return constants.addresses.get(operand) as number;
  };
  const steps = runs.map(({ nodes, planned }, step) => ({
    nodes,
    kernel: planned.kernel,
    units: planned.units,
    operands: planned.operands,
    addresses: planned.operands.map((operand) => addressOfOperand(operand, step)),
  }));
  const place = (name: string): PlacedValue => {
    const { shape, dtype, quantization } = context.types.get(name) as ValueType;
    return { name, shape, dtype, address: addressOf(name), ...(quantization && { quantization }) };
  };
  return {
    engine,
    steps,
    inputs: graph.inputs.map(({ name }) => place(name)),
    outputs: graph.outputs.map(place),
    memoryBytes: constants.end + arena.bytes + readableSlack,
    weightsAddress: constants.zeroBytes,
    weightBytes: constants.end - constants.zeroBytes,
    arenaBytes: arena.bytes,
    arenaLowerBound: arena.lowerBound,
    schedule: memorySchedule(graph, context.types, schedule, alignment),
  };
}
