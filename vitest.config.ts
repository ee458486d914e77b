import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

// One project per workspace package, named after it: `vitest run --project @sepconv/tensor`.
// The packed-tarball test in integration/ needs a build and the network, so it has a configuration of its own.
const packages = readdirSync('packages').map((name) => `packages/${name}`);
const projects = [...packages, 'apps/cli', 'bench'].filter((dir) => existsSync(`${dir}/package.json`));

/** Where tests change the process that they run in: its flags, its working folder, its environment. */
const ownProcess = ['packages/kernels', 'packages/webgpu', 'apps/cli', 'bench'];

// Tests read the sources of every package through the `@sepconv/source` condition: a stale dist cannot pass.
const conditions = ['@sepconv/source'];

export default defineConfig({
  test: {
    // One process for each core. Vitest's default leaves one free, which on CI's two cores is half of them.
    maxWorkers: '100%',
    // What one Node has transformed the other, and the next run, does not transform again.
    experimental: { fsModuleCache: true },
    projects: projects.map((dir) => ({
      resolve: { conditions: [...conditions, 'module', 'node', 'import', 'default'] },
      ssr: { resolve: { conditions: [...conditions, 'module', 'node', 'import', 'default'] } },
      test: {
        name: JSON.parse(readFileSync(`${dir}/package.json`, 'utf8')).name,
        root: dir,
        include: ['src/**/*.test.ts'],
        environment: 'node',
        // A process keeps the modules that it has loaded for the next test file, unless these would meet a flag of V8 or a
        // folder that a file before them has changed.
        isolate: ownProcess.includes(dir),
        // Tests assert no time; this only ends one that hangs. The machines of CI are slow and busy.
        testTimeout: 120_000,
        hookTimeout: 120_000,
      },
    })),
  },
});
