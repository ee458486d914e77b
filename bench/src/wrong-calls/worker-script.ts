/** @file The script of workers in Node, which is found beside a build and not beside the sources. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'sepconv-wrong-calls-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const outfile = join(folder, 'session-worker.mjs');
const entry = fileURLToPath(
  new URL('../../../packages/kernels/src/worker/session-worker.node.ts', import.meta.url),
);
await build({
  entryPoints: [entry],
  bundle: true,
  format: 'esm',
  platform: 'node',
  conditions: ['@sepconv/source'],
  outfile,
});

export const workerScript = pathToFileURL(outfile);
