/** @file The command as a process: bundled from the sources, so that no stale build passes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** How a process ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Closes stdout after that many bytes, as `head` does. */
  readonly closeAfter?: number;
  /** What to do with the process while it runs. */
  readonly during?: (child: ChildProcess) => void;
}

/** Bundles the command into a folder. */
export async function bundleCommand(folder: string): Promise<string> {
  const bin = join(folder, 'bin.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../bin.ts', import.meta.url))],
    outfile: bin,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@sepconv/source'],
    // commander and cli-table3 are CommonJS and call require for Node's own modules.
    banner: {
      js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
    },
    logLevel: 'error',
  });
  return bin;
}

/** Runs a program in a folder to its end. */
export function runProcess(
  program: string,
  argv: readonly string[],
  cwd: string,
  { env = {}, closeAfter = Infinity, during }: RunOptions = {},
): Promise<Ended> {
  const child = spawn(program, argv, { cwd, env: { PATH: process.env.PATH, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    if (stdout.length >= closeAfter) child.stdout.destroy();
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  during?.(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
