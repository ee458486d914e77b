import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Started by `node scripts/test.mjs browser`: the packages' sources in headless Chromium.
const conditions = ['@sepconv/source', 'module', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: '@sepconv/integration-browser',
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['browser/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
