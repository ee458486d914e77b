import { SepconvError } from '@sepconv/tensor';

/** An implementation that is out of bounds, or a sweep that checked nothing. */
export class ConformanceError extends SepconvError {
  override readonly name: string = 'ConformanceError';
}
