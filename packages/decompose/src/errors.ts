import { SepconvError } from '@sepconv/tensor';

/** A decomposition that was asked for and does not exist: an impossible rank, budget or layer, or unusable numbers. */
export class DecomposeError extends SepconvError {
  override readonly name: string = 'DecomposeError';
}

/** Runs `step` and puts the layer's name in front of what is wrong with it. */
export function withinLayer<Result>(name: string, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof DecomposeError)) throw error;
    throw new DecomposeError(`conv2d "${name}": ${error.message}`, { cause: error });
  }
}
