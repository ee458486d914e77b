import { SepconvError } from '@sepconv/tensor';

/** An implementation that is out of bounds, or a sweep that checked nothing. */
export class ConformanceError extends SepconvError {
  override readonly name: string = 'ConformanceError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // Its lines are for a developer who reads a failed test: nothing in them is a file's.
    this.message = message;
  }
}
