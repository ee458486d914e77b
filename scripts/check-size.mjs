// The weight of every public entry on a web page: bundled with all it needs, minified, gzipped, and apart from it what is
// loaded only when it is asked for. The ceilings are in size-ceilings.json; a change that needs more raises the number in
// the same commit and says why in its reason.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { readJson, root, workspacePackages } from './lib/workspace.mjs';

const ceilings = readJson(join(root, 'scripts/size-ceilings.json'));

/** What a browser gets of an entry: the source, without the branch for Node. */
function browserSource(entry) {
  if (typeof entry === 'string') return entry;
  const { node: _node, ...rest } = entry;
  const next = rest['@sepconv/source'] ?? rest.browser ?? rest.default;
  return next === undefined ? undefined : browserSource(next);
}

/** Every entry of every published library, as a user would write it in an import. */
function publicEntries() {
  return (
    workspacePackages()
      .filter(({ folder, manifest }) => folder.startsWith('packages/') && !manifest.private)
      .flatMap(({ folder, manifest }) =>
        Object.entries(manifest.exports)
          .filter(([path]) => path !== './package.json')
          .map(([path, entry]) => ({
            name: manifest.name + path.slice(1),
            source: join(root, folder, browserSource(entry)),
          })),
      )
      // An entry for Node alone never comes to a page.
      .filter(({ source }) => !source.endsWith('.node.ts'))
  );
}

/** Leaves out what `import()` names. */
const withoutImports = {
  name: 'without-imports',
  setup: ({ onResolve }) =>
    onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    ),
};

async function compressedBytes(source, plugins) {
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@sepconv/source'],
    logLevel: 'error',
    plugins,
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

const entries = publicEntries();
let failures = 0;
const fail = (message) => {
  console.error(message);
  failures += 1;
};

/** What the README of a package promises of its main entry, in bytes. */
const promised = new Map(
  workspacePackages().flatMap(({ folder, manifest }) => {
    const readme = join(root, folder, 'README.md');
    const text = existsSync(readme) ? readFileSync(readme, 'utf8') : '';
    return [...text.matchAll(/less than (\d+) KB of script/g)].map(([, kilobytes]) => [
      manifest.name,
      1000 * Number(kilobytes),
    ]);
  }),
);

for (const { name, source } of entries) {
  const bytes = await compressedBytes(source, [withoutImports]);
  const later = (await compressedBytes(source, [])) - bytes;
  const ceiling = ceilings[name];
  const { maxBytes = 0, laterBytes = 0, reason } = ceiling ?? {};
  if (bytes > promised.get(name))
    fail(`${name} is ${bytes} bytes, and its README says less than ${promised.get(name)}: say what is true`);
  const remedy = 'make it smaller, or raise the number with the reason in the same commit';
  if (!ceiling) {
    fail(
      `${name} has no ceiling (it is ${bytes} bytes): add one with its reason to scripts/size-ceilings.json`,
    );
  } else if (bytes > maxBytes) {
    fail(`${name} is ${bytes} bytes, over its ceiling of ${maxBytes} (${reason}): ${remedy}`);
  } else if (later > laterBytes) {
    fail(`${name} loads ${later} bytes on demand, over its ceiling of ${laterBytes} (${reason}): ${remedy}`);
  } else {
    const more = later > 0 ? `, ${later} of ${laterBytes} more on demand` : '';
    console.log(`${String(bytes).padStart(7)} of ${String(maxBytes).padStart(6)} bytes  ${name}${more}`);
  }
}
for (const name of Object.keys(ceilings)) {
  if (!entries.some((entry) => entry.name === name))
    fail(`${name} has a ceiling but is no public entry: remove it`);
}
process.exitCode = failures ? 1 : 0;
