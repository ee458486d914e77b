/** @file All of a plan that is kept on the device: memory, pipelines, bind groups. */
import { foldBatchNorm, type Network } from '@sepconv/graph';
import { usage } from './buffer-usage.js';
import { checked } from './checked.js';
import { checkLimits } from './device.js';
import { type CompileProgress, compilePipelines, type Pipeline } from './pipelines.js';
import type { Operand } from './plan/operands.js';
import { type GpuPlan, type Place, planGraph } from './plan/plan.js';
import { halvable, type PlacedWeights, placeWeights } from './weights.js';

/** How weights are kept on the device. */
export interface WeightStorage {
  /**
   * In how many bits a number of the weights of convolutions and products is kept; everything is computed in float32. With `'float16'` they take
   * half the memory and are rounded once, by at most 2⁻¹¹ of each (2⁻²⁵ below 2⁻¹⁴); those beyond 65504 stay float32, and so do weights that are
   * not read in vectors of four. Runs on every device. Default `'float32'`.
   */
  readonly weights?: 'float32' | 'float16';
}

/** What a network costs on the GPU; facts on any device. */
export interface GpuCosts {
  /** Dispatches of one run, and distinct pipelines. */
  readonly dispatches: number;
  readonly pipelines: number;
  /** Bytes of all values and of all weights. */
  readonly arenaBytes: number;
  readonly weightBytes: number;
  /** Bytes of the ranges that are bound to the dispatches of one run, counted for each. */
  readonly boundBytes: number;
}

/** One dispatch of a run. */
export interface GpuStep {
  /** Names of the nodes that it computes. */
  readonly nodes: readonly string[];
  /** What kind of kernel does it. */
  readonly kernel: string;
  readonly workgroups: readonly [x: number, y: number, z: number];
  /** Bytes of the ranges that are bound to it: what it has to read and write at least, each of them once. */
  readonly boundBytes: number;
}

/** A dispatch that is ready to go. */
export interface Dispatch extends GpuStep {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
}

/** A range of one of the session's buffers. */
export interface Range {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

/** A network on a device. */
export interface Prepared {
  readonly plan: GpuPlan;
  readonly costs: GpuCosts;
  readonly dispatches: readonly Dispatch[];
  rangeOf(operand: Operand): Range;
  dispose(): void;
}

/** Memory and bind groups; everything is asked for at once. */
function allocate(
  device: GPUDevice,
  plan: GpuPlan,
  placed: PlacedWeights,
  pipelines: readonly Pipeline[],
): Prepared {
  const { copySource, copyTarget, storage } = usage;
  const arena = device.createBuffer({
    size: Math.max(16, plan.arenaBytes),
    usage: storage | copySource | copyTarget,
  });
  const weights = device.createBuffer({
    size: Math.max(16, placed.bytes),
    usage: storage | copySource,
    mappedAtCreation: true,
  });
  placed.write(weights.getMappedRange());
  weights.unmap();
  const rangeOf = (operand: Operand): Range => {
    const isValue = operand.kind === 'value';
    const { offset, bytes } = isValue ? (plan.places.get(operand.value) as Place) : placed.placeOf(operand);
    return { buffer: isValue ? arena : weights, offset, size: bytes };
  };
  const dispatches = plan.steps.map(({ nodes, kernel, operands, output, workgroups }, index): Dispatch => {
    const { pipeline, layout } = pipelines[index] as Pipeline;
    const ranges = [...operands, { kind: 'value', value: output } as const].map(rangeOf);
    const entries = ranges.map((resource, binding) => ({ binding, resource }));
    const boundBytes = ranges.reduce((sum, { size }) => sum + size, 0);
    const group = device.createBindGroup({ layout, entries });
    return { nodes, kernel: kernel.kind, workgroups, boundBytes, pipeline, group };
  });
  const costs = {
    dispatches: dispatches.length,
    pipelines: new Set(pipelines).size,
    arenaBytes: plan.arenaBytes,
    weightBytes: placed.bytes,
    boundBytes: dispatches.reduce((sum, { boundBytes }) => sum + boundBytes, 0),
  };
  const dispose = (): void => {
    arena.destroy();
    weights.destroy();
  };
  return { plan, costs, dispatches, rangeOf, dispose };
}

/**
 * Puts a network on a device.
 *
 * @throws {GpuError} when it does not fit, or the device refuses it.
 */
export async function prepare(
  device: GPUDevice,
  network: Network,
  options: CompileProgress & WeightStorage,
): Promise<Prepared> {
  const { graph, weights } = foldBatchNorm(network);
  const norms = graph.nodes.filter(({ op }) => op === 'batch-norm').map(({ name }) => name);
  const halved = options.weights === 'float16' ? halvable(weights) : undefined;
  const plan = planGraph(graph, new Set(norms), halved);
  const placed = placeWeights(plan, weights);
  checkLimits(plan, placed, device.limits);
  const pipelines = await compilePipelines(device, plan.steps, options);
  const { given, settled } = checked(device, `the GPU refuses the network "${graph.name}"`, () =>
    allocate(device, plan, placed, pipelines),
  );
  try {
    await settled;
    options.signal?.throwIfAborted();
  } catch (error) {
    given.dispose();
    throw error;
  }
  return given;
}
