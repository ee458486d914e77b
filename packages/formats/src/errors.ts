import { printable, SepconvError } from '@sepconv/tensor';

/**
 * A file that cannot be read: damaged, contradicting itself, or using something that this library cannot express. The
 * message names the place in the file, both numbers where two disagree, and what can be done about it.
 */
export class FormatError extends SepconvError {
  override readonly name: string = 'FormatError';
}

/** A file whose bytes are not what its format says: cut off, overwritten, or another kind of file. */
export class DamagedFileError extends FormatError {
  override readonly name: string = 'DamagedFileError';
}

/** A file that leaves the shape of an input open, which whoever reads it has to say. */
export class OpenShapeError extends FormatError {
  override readonly name: string = 'OpenShapeError';
  /** The input's name in the file. */
  readonly input: string;
  /** Its dimensions in the file: a number, the name of an open one, or '' for one without a name. */
  readonly dims: readonly (number | string)[];

  constructor(message: string, input: string, dims: readonly (number | string)[], options?: ErrorOptions) {
    super(message, options);
    this.input = input;
    this.dims = dims;
  }
}

/** Throws a {@link FormatError}; reads well behind `??`. */
export function refuse(message: string): never {
  throw new FormatError(message);
}

/** The same sentence with a place in front, of the same class where that says something. */
function placed(place: string, error: SepconvError): FormatError {
  const message = `${place}: ${error.message}`;
  const options = { cause: error };
  if (error instanceof DamagedFileError) return new DamagedFileError(message, options);
  if (error instanceof OpenShapeError) return new OpenShapeError(message, error.input, error.dims, options);
  return new FormatError(message, options);
}

/**
 * Runs `step`, and names the place in the file in front of whatever @sepconv error it throws, so that a caller has one
 * class to catch. Anything else is a bug of ours and passes through as it is. Where many steps run, `place` is a function, so
 * that none is named in vain.
 */
export function within<Result>(place: string | (() => string), step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof SepconvError)) throw error;
    throw placed(typeof place === 'string' ? place : place(), error);
  }
}

/** A name out of a file in double quotes, on one line and cut where it gets long: it is somebody else's text. */
export function quote(name: string): string {
  const shown = name.length > 80 ? `${name.slice(0, 77)}…` : name;
  return printable(JSON.stringify(shown));
}
