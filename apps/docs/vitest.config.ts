import { defineConfig } from 'vitest/config';

// The samples run from the sources of the packages, as the site is built from them.
const conditions = ['@sepconv/source', 'module', 'node', 'import', 'default'];

/** What `pnpm test` and `pnpm test:browser` share. */
export const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/** Tests that need no browser. */
export default defineConfig({
  ...shared,
  test: { name: '@sepconv/docs', include: ['test/*.test.ts'], environment: 'node', testTimeout: 60_000 },
});
