// Where things are: the repository root and the packages of the workspace.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Tools run on the Node of the npm package `node`, pinned in package.json, whatever the host has. */
export const pinnedNode = join(
  root,
  'node_modules/node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** Folders whose every subfolder with a package.json is a package, as in pnpm-workspace.yaml. */
const packageParents = ['packages', 'apps'];
const packageFolders = ['bench', 'integration'];

export const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Every package of the workspace: its folder relative to the root, and its package.json. */
export function workspacePackages() {
  const children = packageParents.flatMap((parent) =>
    existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => `${parent}/${name}`) : [],
  );
  return [...children, ...packageFolders]
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readJson(join(root, folder, 'package.json')) }));
}

const ignoredFolders = new Set(['node_modules', 'dist', 'coverage', 'cache', '.git', '.turbo']);

/** Every file under `folder` (relative to the root), in a fixed order, without build output. */
export function* walk(folder) {
  if (!existsSync(join(root, folder))) return;
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!ignoredFolders.has(entry.name)) yield* walk(path);
    } else if (entry.isFile()) {
      yield path;
    }
  }
}
