import { writeFile } from 'node:fs/promises';
import { defineConfig, type Options } from 'tsup';
import { builtScripts } from './tsup.scripts.ts';

/**
 * The scripts of workers hold all that they need: a page without a bundler has no import map in its workers, and a bundler
 * that does not know of workers can be given them as files. Built from sources, behind the rest.
 */
const script = (entry: Record<string, string>, platform: 'browser' | 'node'): Options => ({
  entry,
  format: 'esm',
  target: 'es2022',
  platform,
  // They export nothing.
  onSuccess: async () => {
    for (const name of Object.keys(entry)) await writeFile(`dist/${name}.d.ts`, 'export {};\n');
  },
  sourcemap: true,
  clean: false,
  splitting: false,
  minify: true,
  noExternal: [/^[@#]/],
  external: [/^node:/],
  removeNodeProtocol: false,
  esbuildPlugins: [builtScripts],
  esbuildOptions: (options) => {
    options.conditions = ['@sepconv/source'];
  },
});

export default defineConfig([
  script({ thread: 'src/threads/thread.ts', 'session-worker': 'src/worker/session-worker.ts' }, 'browser'),
  script({ 'session-worker.node': 'src/worker/session-worker.node.ts' }, 'node'),
]);
