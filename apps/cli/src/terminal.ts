import picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Where a command's text goes. Commands know nothing else of the process, so that tests can run them inside one. */
export interface Terminal {
  /** The result, to stdout. */
  out(text: string): void;
  /** Everything that is not the result, to stderr. */
  err(text: string): void;
  /** Columns that a report may use. */
  readonly width: number;
  readonly colors: Colors;
  /** Whether somebody watches stderr, so that progress makes sense. */
  readonly interactive: boolean;
}

const defaultWidth = 80;
/** A table that is wider than this is hard to read along a row. */
const maximumWidth = 100;

/** NO_COLOR (no-color.org) wins, then FORCE_COLOR; otherwise colour is for terminals that are not "dumb". */
function wantsColor(env: NodeJS.ProcessEnv, isTTY: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTTY && env.TERM !== 'dumb';
}

/** The terminal of this process. */
export function processTerminal({ stdout, stderr, env } = process): Terminal {
  const isTTY = stdout.isTTY === true;
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    width: Math.min(isTTY ? stdout.columns || defaultWidth : defaultWidth, maximumWidth),
    colors: picocolors.createColors(wantsColor(env, isTTY)),
    interactive: stderr.isTTY === true && env.TERM !== 'dumb',
  };
}
