/** @file From a network to a plan: which kernels run in which order, and where everything lies. Pure; emits nothing. */

import {
  type ArenaBuffer,
  eliminateDeadNodes,
  expandSeparable,
  foldBatchNorm,
  inferTypes,
  type Network,
  planArena,
  validateNetwork,
} from '@sepconv/graph';
import { byteLength } from '@sepconv/tensor';
import { EngineError } from '../errors.js';
import type { Engine } from './engine.js';
import { type FusedNode, fuseEpilogues } from './fuse.js';
import { planNode } from './nodes.js';
import type { Kernel, Operand, PlanContext, PlannedKernel } from './step.js';

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
  readonly weightBytes: number;
  /** The arena: the peak of all activations, inputs and outputs included. */
  readonly arenaBytes: number;
  /** The least that any arena of these steps could have. */
  readonly arenaLowerBound: number;
}

const alignment = 64;
const align = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

/** Kernels may read up to a vector behind the last float of anything. */
const readableSlack = 64;

/** The network as the planner wants it: separable ops expanded, BatchNorm folded, nothing dead, float32 throughout. */
function prepare(network: Network): Network {
  validateNetwork(network);
  const expanded = { ...network, graph: expandSeparable(network.graph) };
  const prepared = eliminateDeadNodes(foldBatchNorm(expanded));
  for (const { name, dtype } of prepared.graph.inputs) {
    if (dtype !== 'float32') {
      throw new EngineError(
        `the input "${name}" is ${dtype}; this engine runs float32: dequantize the network on import`,
      );
    }
  }
  return prepared;
}

interface Scheduled {
  readonly fused: FusedNode;
  readonly planned: PlannedKernel;
}

/** All kernels in order, and which value each alias stands for. */
function schedule(context: PlanContext): {
  readonly runs: Scheduled[];
  readonly resolve: (value: string) => string;
} {
  const aliases = new Map<string, string>();
  const resolve = (value: string): string => aliases.get(value) ?? value;
  const runs: Scheduled[] = [];
  for (const fused of fuseEpilogues(context.graph, context.types)) {
    const planned = planNode(context, fused);
    if (planned === 'alias') aliases.set(fused.output, resolve(fused.node.inputs[0] as string));
    else for (const kernel of planned) runs.push({ fused, planned: kernel });
  }
  return { runs, resolve };
}

/** Lifetimes of all values in the arena, counted in kernels. */
function arenaBuffers(
  context: PlanContext,
  runs: readonly Scheduled[],
  resolve: (value: string) => string,
): ArenaBuffer[] {
  const buffers = new Map<string, { id: string; bytes: number; start: number; end: number }>();
  for (const input of context.graph.inputs) {
    buffers.set(input.name, { id: input.name, bytes: byteLength(input), start: -1, end: -1 });
  }
  runs.forEach(({ planned }, step) => {
    buffers.set(planned.output, { id: planned.output, bytes: planned.outputBytes, start: step, end: step });
    for (const operand of planned.operands) {
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
  const zeroBytes = align(Math.max(0, ...operands.map((o) => (o.kind === 'zeros' ? o.bytes : 0))));
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
 * Plans a network for an engine.
 *
 * @throws {GraphError} when the network contradicts itself.
 * @throws {EngineError} when it cannot run here: an input that is not float32, a weight that is computed at run time.
 */
export function planNetwork(network: Network, engine: Engine): Plan {
  const { graph, weights } = prepare(network);
  const context: PlanContext = { engine, graph, weights, types: inferTypes(graph) };
  const { runs, resolve } = schedule(context);
  const constants = placeConstants(runs);
  const arena = planArena(arenaBuffers(context, runs, resolve), alignment);
  const addressOf = (value: string): number => constants.end + (arena.offsets.get(resolve(value)) as number);
  const steps = runs.map(({ fused, planned }) => ({
    nodes: fused.names,
    kernel: planned.kernel,
    units: planned.units,
    operands: planned.operands,
    addresses: planned.operands.map((operand) =>
      operand.kind === 'value' ? addressOf(operand.value) : (constants.addresses.get(operand) as number),
    ),
  }));
  const place = (name: string): PlacedValue => ({
    name,
    shape: context.types.get(name)?.shape ?? [],
    address: addressOf(name),
  });
  return {
    engine,
    steps,
    inputs: graph.inputs.map(({ name }) => place(name)),
    outputs: graph.outputs.map(place),
    memoryBytes: constants.end + arena.bytes + readableSlack,
    weightBytes: constants.end - constants.zeroBytes,
    arenaBytes: arena.bytes,
    arenaLowerBound: arena.lowerBound,
  };
}
