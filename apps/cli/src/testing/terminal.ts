import picocolors from 'picocolors';
import { runCli } from '../program.js';
import type { Terminal } from '../terminal.js';

/** What a command printed, and its exit code. */
export interface Captured {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process, as if stdout and stderr were files. */
export async function sepconv(argv: readonly string[], terminal: Partial<Terminal> = {}): Promise<Captured> {
  let stdout = '';
  let stderr = '';
  const code = await runCli(argv, {
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
    },
    width: 80,
    colors: picocolors.createColors(false),
    interactive: false,
    ...terminal,
  });
  return { code, stdout, stderr };
}

/** The one JSON document that a successful command printed. */
export async function sepconvJson(argv: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await sepconv(argv);
  if (code !== 0) throw new Error(`sepconv ${argv.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Lines that are wider than a terminal of this many columns. */
export function tooWide(text: string, width = 80): string[] {
  return text.split('\n').filter((line) => [...line].length > width);
}
