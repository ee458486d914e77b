import type { Terminal } from './terminal.js';

/** What a command is busy with, for somebody who waits. */
export interface Progress {
  /** Replaces what the line says. */
  say(what: string): void;
  /** Removes the line; the result follows on a clean terminal. */
  done(): void;
}

const clearLine = '\r\u001b[2K';

/**
 * One line on stderr that is overwritten and then removed, only when stderr is a terminal. A spinner library would
 * not help: kernels run on the main thread, so nothing could turn the spinner while it matters.
 */
export function createProgress(terminal: Terminal): Progress {
  if (!terminal.interactive) return { say: () => {}, done: () => {} };
  return {
    say: (what) => terminal.err(`${clearLine}${what.slice(0, terminal.width - 4)} ...`),
    done: () => terminal.err(clearLine),
  };
}

/** Does something that says how far it is, and leaves a clean terminal whether it succeeds or not. */
export async function withProgress<Result>(
  terminal: Terminal,
  work: (progress: Progress) => Promise<Result>,
): Promise<Result> {
  const progress = createProgress(terminal);
  try {
    return await work(progress);
  } finally {
    progress.done();
  }
}
