import { GpuError } from './errors.js';
import type { GpuPlan } from './plan/plan.js';
import type { PlacedWeights } from './weights.js';

/** What there is to know about the GPU that a session runs on. */
export interface Adapter {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** Whether it is no GPU but a program that does a GPU's work on the CPU, whose times say nothing about GPUs. */
  readonly isSoftware: boolean;
}

/** Programs that do a GPU's work, by the names that they give themselves. */
const software = /swiftshader|llvmpipe|lavapipe|basic render|warp\b/i;

/** What an adapter says of itself. */
export function adapterOf(info: GPUAdapterInfo | undefined): Adapter {
  const { vendor = '', architecture = '', description = '' } = info ?? {};
  const isSoftware = info?.isFallbackAdapter === true || software.test(`${architecture} ${description}`);
  return { vendor, architecture, description, isSoftware };
}

/** The browser's WebGPU, or what Node was given as `navigator.gpu`. */
function theGpu(): GPU {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (gpu !== undefined) return gpu;
  throw new GpuError(
    'there is no WebGPU here: use a browser that has it, in a page that is served by HTTPS or from localhost; in Node give the option device, of the npm package "webgpu"; or run the network with @sepconv/kernels',
  );
}

async function requestAdapter(gpu: GPU): Promise<GPUAdapter> {
  if (typeof (gpu as GPU | null)?.requestAdapter !== 'function')
    throw new GpuError(
      'what devices are asked of must be a GPU, as navigator.gpu is: leave it out in a page',
    );
  const adapter = await gpu.requestAdapter();
  if (adapter?.limits !== undefined) return adapter;
  throw new GpuError(
    'WebGPU finds no GPU here: it may be turned off, on a list of faulty drivers, or missing; run the network with @sepconv/kernels',
  );
}

/**
 * Which GPU a session will run on, without a device: a name to keep choices under.
 *
 * @throws {GpuError} when there is no WebGPU, or no GPU that it can use.
 */
export const findAdapter = async (gpu: GPU = theGpu()): Promise<Adapter> =>
  adapterOf((await requestAdapter(gpu)).info);

/**
 * A device with all the memory that its adapter gives.
 *
 * @throws {GpuError} when there is no WebGPU, or no GPU that it can use.
 */
export async function requestDevice(gpu: GPU = theGpu()): Promise<GPUDevice> {
  const adapter = await requestAdapter(gpu);
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  return adapter.requestDevice({
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
    requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
  });
}

/** Refuses what this device cannot hold or launch, naming the limit, the step and both numbers. */
export function checkLimits(
  { steps, places, arenaBytes }: GpuPlan,
  weights: PlacedWeights,
  limits: GPUSupportedLimits,
): void {
  const expect = (what: string, needed: number, limit: keyof GPUSupportedLimits): void => {
    const most = limits[limit] as number;
    if (needed <= most) return;
    throw new GpuError(
      `${what} needs ${needed}, but ${limit} of this device is ${most}: use a smaller batch, image or network, or a device with higher limits`,
    );
  };
  expect('the memory of all values', arenaBytes, 'maxBufferSize');
  expect('the memory of all weights', weights.bytes, 'maxBufferSize');
  for (const [value, { bytes }] of places)
    expect(`the value "${value}"`, bytes, 'maxStorageBufferBindingSize');
  for (const { nodes, workgroups, accesses, operands } of steps) {
    for (const operand of operands)
      if (operand.kind === 'parameter')
        expect(`"${operand.name}"`, weights.placeOf(operand).bytes, 'maxStorageBufferBindingSize');
    for (const count of workgroups)
      expect(`"${nodes.join(' + ')}"`, count, 'maxComputeWorkgroupsPerDimension');
    expect(`"${nodes.join(' + ')}"`, accesses.length, 'maxStorageBuffersPerShaderStage');
  }
}

/** Why a device is no more. */
const lossOf = ({ message, reason }: GPUDeviceLostInfo): string =>
  `the GPU device is lost${reason === 'destroyed' ? ', because it was destroyed' : ''}${message === '' ? '' : ` (${message})`}`;

/**
 * Tells of the loss of a device until it is told to stop. A device outlives its sessions, and its promise holds whoever waits for it: so
 * what waits is a cell that is emptied.
 *
 * @returns what stops it.
 */
export function listenForLoss(device: GPUDevice, heard: (why: string) => void): () => void {
  const cell: { heard: ((why: string) => void) | undefined } = { heard };
  device.lost.then((info) => cell.heard?.(lossOf(info)));
  return () => {
    cell.heard = undefined;
  };
}

/**
 * What `work` gives, unless the device is lost before: then nobody may ever answer.
 *
 * @throws {GpuError} saying that it is lost.
 */
export async function whileAlive<T>(device: GPUDevice, work: Promise<T>): Promise<T> {
  let stop = (): void => {};
  const lost = new Promise<never>((_, reject) => {
    stop = listenForLoss(device, (why) =>
      reject(new GpuError(`${why}: compile the network on another device`)),
    );
  });
  return Promise.race([work, lost]).finally(stop);
}
