import { SepconvError } from '@sepconv/tensor';

/** Inputs that do not fit the network, or an element type that the reference does not compute with. */
export class ReferenceRunError extends SepconvError {
  override readonly name: string = 'ReferenceRunError';
}
