import type { CompileOptions } from '@sepconv/kernels';

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
