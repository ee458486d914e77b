import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** @file The command as a process: exit codes, streams, pipes. Bundled from the sources, so that no stale build passes. */

let folder: string;
let bin: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sepconv-bin-'));
  bin = join(folder, 'bin.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('bin.ts', import.meta.url))],
    outfile: bin,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@sepconv/source'],
    // commander, cli-table3 and jpeg-js are CommonJS and call require for Node's own modules.
    banner: {
      js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
    },
    logLevel: 'error',
  });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command; `closeAfter` closes its stdout after that many bytes, as `head` does. */
function run(argv: readonly string[], { env = {}, closeAfter = Infinity } = {}): Promise<Ended> {
  const child = spawn(process.execPath, [bin, ...argv], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    if (stdout.length >= closeAfter) child.stdout.destroy();
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describe('the command as a process', { timeout: 30_000 }, () => {
  it('prints JSON and nothing else', async () => {
    const { code, stdout, stderr } = await run(['cost', 'mobilenet-v1', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ totals: { macs: 568_740_352 } });
  });

  it('ends with 2 for a wrong command line and with 1 for a wrong file', async () => {
    const usage = await run(['cots']);
    expect(usage).toMatchObject({ code: 2, stdout: '' });
    expect(usage.stderr).toMatch(/^sepconv: unknown command 'cots'[^\n]+\n$/);
    const data = await run(['cost', './missing.tflite']);
    expect(data).toMatchObject({ code: 1, stdout: '' });
    expect(data.stderr).toMatch(/^sepconv: the model "\.\/missing\.tflite" cannot be read[^\n]+\n$/);
  });

  it('ends quietly when the reader has enough', async () => {
    const { code, stderr } = await run(['cost', 'mobilenet-v2', '--csv'], { closeAfter: 1 });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('has colour where it is forced, and none in a pipe or with NO_COLOR', async () => {
    const colored = (await run(['cost', 'mobilenet-v1'], { env: { FORCE_COLOR: '1' } })).stdout;
    expect(colored).toContain('\u001b[1m');
    const plain = (await run(['cost', 'mobilenet-v1'])).stdout;
    expect(plain).not.toContain('\u001b');
    const forbidden = await run(['cost', 'mobilenet-v1'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(forbidden.stdout).toBe(plain);
  });
});
