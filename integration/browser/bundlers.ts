/** @file Pages of this folder as users would build them, from the packages' builds. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { build as viteBuild } from 'vite';
import webpack from 'webpack';
import type { ServedFiles } from './page.ts';

/** Files of a folder by their paths in a page. */
function filesOf(folder: string, prefix = '/'): [string, readonly [string, Buffer]][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile() && /\.m?js$/.test(found.name))
    .map((found) => {
      const path = join(found.parentPath, found.name);
      return [prefix + relative(folder, path), ['text/javascript', readFileSync(path)]];
    });
}

async function built(into: (folder: string) => Promise<unknown>): Promise<ServedFiles> {
  const folder = mkdtempSync(join(tmpdir(), 'sepconv-page-'));
  try {
    await into(folder);
    return new Map(filesOf(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Bundle = (entry: string, folder: string) => Promise<unknown>;

const withVite: Bundle = (entry, folder) =>
  viteBuild({
    configFile: false,
    root: dirname(entry),
    logLevel: 'error',
    base: './',
    worker: { format: 'es' },
    build: {
      outDir: folder,
      target: 'es2022',
      rollupOptions: { input: entry, output: { entryFileNames: 'main.js' } },
    },
  });

const withWebpack: Bundle = (entry, folder) =>
  new Promise<void>((resolve, reject) => {
    const output = { path: folder, filename: 'main.js', module: true };
    webpack(
      { mode: 'production', entry, output, experiments: { outputModule: true }, performance: false },
      (error, stats) => {
        const problem = error ?? (stats?.hasErrors() ? new Error(stats.toString('errors-only')) : undefined);
        if (problem) reject(problem);
        else resolve();
      },
    );
  });

/** It does not know of workers: their scripts are entries, beside the page's. */
const withEsbuild: Bundle = (entry, folder) =>
  esbuild.build({
    absWorkingDir: dirname(entry),
    entryPoints: {
      main: entry,
      thread: '@sepconv/kernels/thread',
      'session-worker': '@sepconv/kernels/session-worker',
    },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outdir: folder,
    logLevel: 'error',
  });

/** No bundler at all: an import map, and the packages' files as they are. */
async function withoutBundler(entry: string): Promise<BuiltPage> {
  const { resolve } = createRequire(import.meta.url);
  const folder = (name: string): string => dirname(resolve(`@sepconv/${name}/package.json`));
  const names = ['tensor', 'graph', 'mobilenet', 'kernels'];
  const map = JSON.stringify({
    imports: {
      ...Object.fromEntries(names.map((name) => [`@sepconv/${name}`, `/${name}/index.js`])),
      '@sepconv/kernels/worker': '/kernels/worker.js',
      ...Object.fromEntries(
        ['process-flags', 'start-thread', 'start-worker'].map((name) => [`#${name}`, `/kernels/${name}.js`]),
      ),
    },
  });
  const page = `<!doctype html><title>test</title><script type="importmap">${map}</script><script type="module" src="/main.js"></script>`;
  const hash = createHash('sha256').update(map).digest('base64');
  const files = new Map([
    ...names.flatMap((name) => filesOf(join(folder(name), 'dist'), `/${name}/`)),
    ['/main.js', ['text/javascript', readFileSync(entry)]],
    ['/', ['text/html', page]],
  ] as [string, readonly [string, string | Buffer]][]);
  return { files, policy: `'sha256-${hash}'` };
}

/** A page's files, and what its policy has to allow besides. */
export interface BuiltPage {
  readonly files: ServedFiles;
  readonly policy: string;
}

/** How a script of this folder becomes a page, by the bundler's name. */
export function pagesOf(script: URL): Readonly<Record<string, () => Promise<BuiltPage>>> {
  const entry = fileURLToPath(script);
  const bundled = (bundle: Bundle) => async () => ({
    files: await built((folder) => bundle(entry, folder)),
    policy: '',
  });
  return {
    Vite: bundled(withVite),
    webpack: bundled(withWebpack),
    esbuild: bundled(withEsbuild),
    'no bundler': () => withoutBundler(entry),
  };
}
