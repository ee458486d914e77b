import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Started by `node scripts/test.mjs tarballs`, which builds first and takes the workspace off PATH.
export default defineConfig({
  test: {
    name: '@sepconv/integration',
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
