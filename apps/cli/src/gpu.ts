import type { Network } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import { compile, requestDevice } from '@sepconv/webgpu';
import { DataError } from './errors.js';

/** Devices end with what made them. */
const instances: GPU[] = [];

/**
 * WebGPU of the npm package `webgpu`, which nobody has to install who does not want it.
 *
 * @throws {DataError} saying how to get it.
 */
async function webgpuOfNode(): Promise<GPU> {
  const module = await import('webgpu').catch((cause: unknown) => {
    throw new DataError(
      '--engine webgpu needs WebGPU for Node, the npm package webgpu: install it beside sepconv (npm install webgpu), or leave --engine out',
      { cause },
    );
  });
  Object.assign(globalThis, module.globals);
  const gpu = module.create([]);
  instances.push(gpu);
  return gpu;
}

/** A network on the GPU, behind the functions that the command runs networks by. */
export async function gpuRunner(network: Network) {
  const device = await requestDevice(await webgpuOfNode());
  const session = await compile(network, { device });
  const { vendor, architecture, description, isSoftware } = session.adapter;
  const name = [vendor, architecture, description].filter((text) => text !== '').join(', ');
  const what = isSoftware ? ', which is no GPU but a program on the CPU' : '';
  const reason = `on ${name}${what}, with upload and read-back`;
  return {
    engine: { name: 'webgpu' as const, reason, threads: 1 as const },
    run: (input: Tensor): Promise<Tensor> => session.run(input),
    runAlone: (): void => {},
    dispose: (): void => {
      session.dispose();
      device.destroy();
    },
  };
}
