import { SepconvError } from '@sepconv/tensor';

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

/**
 * Text that came from a file or an argument, safe to print: control characters, with which a file could move the
 * cursor or start a terminal command, become visible escapes, and a line break becomes a space.
 */
export function printable(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').replace(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = (character.codePointAt(0) as number).toString(16);
    return `\\u${code.padStart(4, '0')}`;
  });
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
