/**
 * @file Workers are bundled, because a page needs it, and in Node too, so that the same code is measured in both. Packages
 * come from their builds, as users get them.
 */
import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

const bench = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Inside this package, so that a bundle's imports of packages resolve as in the sources; by process, so that two benches
 * do not write over each other.
 */
const outputFolder = join(bench, 'node_modules/.cache/workers', String(process.pid));
process.on('exit', () => rmSync(outputFolder, { recursive: true, force: true }));

const common: BuildOptions = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  splitting: true, // a process loads its own contender, not everybody's
  logLevel: 'error',
};

async function bundle(entry: string, folder: string, options: BuildOptions): Promise<string> {
  const name = basename(entry, '.ts');
  const outdir = join(outputFolder, folder, basename(dirname(entry)));
  await build({
    ...common,
    ...options,
    entryPoints: { [name]: join(bench, 'src', entry) },
    outdir,
    outExtension: { '.js': '.mjs' },
  });
  return join(outdir, `${name}.mjs`);
}

/** Bundles `src/<entry>` for Node and returns the file. Imported packages stay where they are. */
export const bundleForNode = (entry: string): Promise<string> =>
  bundle(entry, 'node', { platform: 'node', packages: 'external' });

/** Bundles `src/<entry>` with all it imports for a page, and returns the file. */
export const bundleForBrowser = (entry: string): Promise<string> =>
  bundle(entry, 'browser', { platform: 'browser', minify: true });
