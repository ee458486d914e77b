import { readFile } from 'node:fs/promises';

/** Bundlers know a worker by the words `new Worker(new URL('./file', …))`: the file is the source here, and the built one there. */
export const builtScripts = {
  name: 'built-scripts',
  setup(build: {
    onLoad(
      filter: { filter: RegExp },
      load: (args: { path: string }) => Promise<{ contents: string; loader: 'ts' }>,
    ): void;
  }) {
    build.onLoad({ filter: /start-(thread|worker)\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll(".ts', import.meta.url", ".js', import.meta.url"),
      loader: 'ts',
    }));
  },
};
