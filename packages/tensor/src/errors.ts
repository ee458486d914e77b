import { printable } from './printable.js';

/**
 * Base class of every error that a @sepconv package throws on purpose: catch this one to tell our refusals from bugs.
 * Messages quote names out of files, so each is made {@link printable}: it is one line, can be shown in a terminal, and is
 * no longer than a screen.
 */
export class SepconvError extends Error {
  override readonly name: string = 'SepconvError';

  constructor(message?: string, options?: ErrorOptions) {
    super(message === undefined ? message : printable(message), options);
  }
}

/** A tensor, an image or a quantization that contradicts itself, with both numbers in the message. */
export class TensorError extends SepconvError {
  override readonly name: string = 'TensorError';
}
