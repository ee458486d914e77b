import { SepconvError } from '@sepconv/tensor';

/** An image, or a network for images, that cannot be used: the message says why, and what to give instead. */
export class VisionError extends SepconvError {
  override readonly name: string = 'VisionError';
}
