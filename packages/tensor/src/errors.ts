/** Base class of every error that a @sepconv package throws on purpose: catch this one to tell our refusals from bugs. */
export class SepconvError extends Error {
  override readonly name: string = 'SepconvError';
}

/** A tensor, an image or a quantization that contradicts itself, with both numbers in the message. */
export class TensorError extends SepconvError {
  override readonly name: string = 'TensorError';
}
