import { checked } from './checked.js';
import { emitKernel } from './emit/kernel.js';
import { GpuError } from './errors.js';
import type { Access } from './plan/kernel.js';
import type { Step } from './plan/step.js';

/** What may be told and stopped while pipelines compile. */
export interface CompileProgress {
  /** Ends compiling with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each pipeline. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A pipeline with the layout of its bindings. */
export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

function layoutOf(device: GPUDevice, accesses: readonly Access[]): GPUBindGroupLayout {
  return device.createBindGroupLayout({
    entries: accesses.map(({ isWritable }, binding) => ({
      binding,
      visibility: 4, // GPUShaderStage.COMPUTE, which Node has no global of
      buffer: { type: isWritable ? ('storage' as const) : ('read-only-storage' as const) },
    })),
  });
}

/** What is asked for to have a step's pipeline. Whatever is wrong with it, its promise tells. */
function request(device: GPUDevice, { accesses }: Step, code: string) {
  const layout = layoutOf(device, accesses);
  const descriptor: GPUComputePipelineDescriptor = {
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: device.createShaderModule({ code }), entryPoint: 'main' },
  };
  return { layout, pipeline: device.createComputePipelineAsync(descriptor) };
}

/** Rejects with the signal's reason; whoever does not wait any more ends the wait. */
function aborted(signal: AbortSignal | undefined): { readonly promise: Promise<never>; end(): void } {
  let end = (): void => {};
  const promise = new Promise<never>((_, reject) => {
    if (signal === undefined) return;
    const stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    end = () => signal.removeEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  return { promise, end };
}

/**
 * The pipeline of each step, all compiling at once, and each distinct shader once.
 *
 * @throws {GpuError} when the device refuses one, naming the nodes.
 */
export async function compilePipelines(
  device: GPUDevice,
  steps: readonly Step[],
  { signal, onProgress }: CompileProgress,
): Promise<readonly Pipeline[]> {
  const pending = new Map<string, Promise<Pipeline>>();
  let done = 0;
  const compile = async (step: Step, code: string): Promise<Pipeline> => {
    const what = `the GPU refuses the shader of "${step.nodes.join(' + ')}"`;
    const { given, settled } = checked(device, what, () => request(device, step, code));
    const [pipeline] = await Promise.all([given.pipeline, settled]).catch((cause: Error) => {
      throw cause instanceof GpuError ? cause : new GpuError(`${what}: ${cause.message}`, { cause });
    });
    if (signal?.aborted !== true) onProgress?.(++done, pending.size);
    return { pipeline, layout: given.layout };
  };
  const all = steps.map((step) => {
    const code = emitKernel(step.kernel, step.accesses);
    const known = pending.get(code);
    if (known !== undefined) return known;
    const pipeline = compile(step, code);
    pending.set(code, pipeline);
    return pipeline;
  });
  const stop = aborted(signal);
  return Promise.race([Promise.all(all), stop.promise]).finally(stop.end);
}
