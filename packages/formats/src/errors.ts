import { SepconvError } from '@sepconv/tensor';

/**
 * A file that cannot be read: damaged, contradicting itself, or using something that this library cannot express. The
 * message names the place in the file, both numbers where two disagree, and what can be done about it.
 */
export class FormatError extends SepconvError {
  override readonly name: string = 'FormatError';
}

/** Throws a {@link FormatError}; reads well behind `??`. */
export function refuse(message: string): never {
  throw new FormatError(message);
}

/**
 * Runs `step`, and names the place in the file in front of whatever @sepconv error it throws, so that a caller has one
 * class to catch. Anything else is a bug of ours and passes through as it is.
 */
export function within<Result>(place: string, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof SepconvError)) throw error;
    throw new FormatError(`${place}: ${error.message}`, { cause: error });
  }
}

/** A name out of a file in double quotes, on one line and cut where it gets long: it is somebody else's text. */
export function quote(name: string): string {
  const shown = name.length > 80 ? `${name.slice(0, 77)}…` : name;
  return JSON.stringify(shown);
}
