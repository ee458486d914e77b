import type { CompileOptions } from '@sepconv/kernels';
import { TrainError } from './errors.js';

/** Where networks run: options of `compile`, with its defaults. */
export type Place = Pick<CompileOptions, 'engine' | 'allowProcessFlags' | 'threads' | 'threadScript'>;

/** The options of `compile` among others. */
export const placeOf = ({
  engine = 'auto',
  allowProcessFlags = false,
  threads = 1,
  threadScript,
}: Place): Place => ({
  engine,
  allowProcessFlags,
  threads,
  ...(threadScript === undefined ? {} : { threadScript }),
});

/** @throws {TrainError} when options are no object. */
export function expectOptions<Options extends object>(options: Options): Options {
  if (typeof options === 'object' && options !== null) return options;
  throw new TrainError(`options must be an object, but are ${String(options)}`);
}

/** @throws {TrainError} when a seed is no whole number. */
export function expectSeed(seed: number): void {
  if (!Number.isSafeInteger(seed))
    throw new TrainError(`a seed must be a whole number, but is ${String(seed)}`);
}
