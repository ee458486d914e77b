import { defineConfig, type Options } from 'tsup';

/**
 * The one build of every package: ESM and declarations, nothing bundled in but its own files.
 * `entry` maps the output name to its source, one pair per entry of the package's `exports` and `imports`.
 */
export function buildConfig(entry: Record<string, string> = { index: 'src/index.ts' }, extra: Options = {}) {
  return defineConfig({
    entry,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    dts: true,
    sourcemap: true,
    clean: true,
    splitting: true,
    removeNodeProtocol: false, // `fs` could be anybody's package, `node:fs` cannot
    ...extra,
    // The package's own `imports` (#name) choose between Node and browser: whoever runs the code decides, not the build.
    external: [/^#/, /^node:/, ...(extra.external ?? [])],
  });
}
