import { SepconvError } from '@sepconv/tensor';

/** A network that cannot be built as asked: an unknown name or option, or a number that makes no network. */
export class NetworkError extends SepconvError {
  override readonly name: string = 'NetworkError';
}
