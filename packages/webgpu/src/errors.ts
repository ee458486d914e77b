import { SepconvError } from '@sepconv/tensor';

/** A network that cannot be compiled for the GPU, a device that is lost, or a session that is used wrongly. The message says what to do. */
export class GpuError extends SepconvError {
  override readonly name: string = 'GpuError';
}
