import { defineConfig } from 'vitest/config';
import { shared } from './vitest.config.ts';

/** Tests of the built site in Chromium: `pnpm test:browser`. The site is built first where it is missing or old. */
export default defineConfig({
  ...shared,
  test: {
    name: '@sepconv/docs in Chromium',
    include: ['test/browser/*.test.ts'],
    globalSetup: 'test/support/built-site.ts',
    environment: 'node',
    // Longer than a page's own timeouts, which say what they waited for.
    testTimeout: 180_000,
    hookTimeout: 60_000,
    // Two cores: one browser at a time leaves the pages the time that a reader's would have.
    fileParallelism: false,
    maxConcurrency: 3,
  },
});
