import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig, type Options } from 'tsup';

/** The entries that a package's `exports` name: the output's name, and its source. */
function exportedEntries(): Record<string, string> {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  const entries = Object.values<string | Record<string, string>>(exports).flatMap((entry) => {
    const { '@sepconv/source': source, default: built } = entry as Record<string, string>;
    return source === undefined || built === undefined ? [] : [[basename(built, '.js'), source] as const];
  });
  return Object.fromEntries(entries);
}

/**
 * The one build of every package: ESM and declarations, nothing bundled in but its own files.
 * `entry` maps the output name to its source: what the package's `exports` name, if nothing else is said.
 */
export function buildConfig(entry: Record<string, string> = exportedEntries(), extra: Options = {}) {
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
