import { escapeInvisible } from '@sepconv/tensor';
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

/** A colour, a cleared line, or a character that is not to be seen. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins a colour, and that is what is looked for.
const controls = /(\u001b\[[0-9;]*m)|(\r\u001b\[2K)|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** NO_COLOR (no-color.org) wins, then FORCE_COLOR; otherwise colour is for terminals that are not "dumb". */
function wantsColor(env: NodeJS.ProcessEnv, isTTY: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTTY && env.TERM !== 'dumb';
}

/**
 * The same terminal behind the last net: line breaks pass, and the colours and the cleared line that we write ourselves.
 * Everything else that is not to be seen is escaped as in JSON, so that JSON says the same.
 */
export function harmless(terminal: Terminal): Terminal {
  const { colors, interactive } = terminal;
  const safe = (text: string): string =>
    text.replace(controls, (part, color?: string, clear?: string) => {
      const passes = part === '\n' || (color && colors.isColorSupported) || (clear && interactive);
      return passes ? part : escapeInvisible(part);
    });
  return { ...terminal, out: (text) => terminal.out(safe(text)), err: (text) => terminal.err(safe(text)) };
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
