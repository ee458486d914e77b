import { SepconvError } from '@sepconv/tensor';

/** A network that cannot be compiled, or a session that is used wrongly. The message says what to do. */
export class EngineError extends SepconvError {
  override readonly name: string = 'EngineError';
}
