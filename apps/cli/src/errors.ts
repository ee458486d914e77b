import { SepconvError } from '@sepconv/tensor';

export { printable } from '@sepconv/tensor';

/** Exit codes: what a script that calls `sepconv` may rely on. */
export const exitCodes = { success: 0, data: 1, usage: 2 } as const;

/** The command line asks for something that does not exist or does not fit together. Exit code 2. */
export class UsageError extends SepconvError {
  override readonly name: string = 'UsageError';
}

/** The command line is fine, but a file is missing or broken, or its content does not fit. Exit code 1. */
export class DataError extends SepconvError {
  override readonly name: string = 'DataError';
}

/** Runs `work`; an error of ours gets `context` in front, so that the sentence says which file it is about. */
export async function withContext<T>(context: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SepconvError && !(error instanceof UsageError)) {
      throw new DataError(`${context}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
