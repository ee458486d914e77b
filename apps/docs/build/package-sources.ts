/** @file Reads the workspace's packages from their sources, in every part of the build: the site never shows a stale one. */
import type { ViteUserConfig } from 'astro';

type Plugin = Extract<NonNullable<ViteUserConfig['plugins']>[number], { readonly name: string }>;

/** The Vite plugin. Astro builds in several environments, and each resolves by itself. */
export function packageSources(): Plugin {
  return {
    name: 'sepconv:package-sources',
    configEnvironment: (name) => ({
      resolve: {
        conditions: [
          '@sepconv/source',
          'module',
          name === 'client' ? 'browser' : 'node',
          'development|production',
        ],
        noExternal: [/^@sepconv\//],
      },
    }),
  };
}
