import { defineConfig } from 'vitest/config';

// `npx vitest run --root bench`; the sources of every package, as in the configuration at the root.
const conditions = ['@sepconv/source', 'module', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { name: '@sepconv/bench', include: ['src/**/*.test.ts'], environment: 'node' },
});
