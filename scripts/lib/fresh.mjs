// "Is there anything to do?", answered from stamps in a few milliseconds, without starting a tool.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pinnedNode, readJson, root, walk, workspacePackages } from './workspace.mjs';

const stampPath = (name) => join(root, 'node_modules/.sepconv', name);

const hashOf = (parts) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

function isStamped(name, hash) {
  return existsSync(stampPath(name)) && readFileSync(stampPath(name), 'utf8') === hash;
}

export function stamp(name, hash) {
  mkdirSync(dirname(stampPath(name)), { recursive: true });
  writeFileSync(stampPath(name), hash);
}

const dependencyFields = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/** Changes when an install has something to do: the lock file, the settings, any declared dependency. */
export function installHash() {
  const manifests = [{ folder: '.', manifest: readJson(join(root, 'package.json')) }, ...workspacePackages()];
  return hashOf([
    readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8'),
    readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'),
    manifests.map(({ folder, manifest }) => [folder, ...dependencyFields.map((field) => manifest[field])]),
    process.platform,
    process.arch,
  ]);
}

export const isInstalled = () => existsSync(pinnedNode) && isStamped('installed', installHash());

const sharedBuildInputs = ['tsconfig.base.json', 'tsup.base.ts', 'turbo.json', 'pnpm-lock.yaml'];

/** Changes when a build has something to do: path, size and time of every file that turbo would hash. */
export function buildHash() {
  const built = workspacePackages().filter(({ folder }) => /^(packages|apps\/cli)/.test(folder));
  const files = built
    .flatMap(({ folder }) => [...walk(folder)])
    .filter((path) => !/\.(test\.ts|md)$/.test(path));
  const facts = [...sharedBuildInputs, ...files].map((path) => {
    const { size, mtimeMs } = statSync(join(root, path));
    return [path, size, mtimeMs];
  });
  return hashOf(facts);
}

/** The CLI is the last to be built, so its output stands for all. */
export const isBuilt = () =>
  existsSync(join(root, 'apps/cli/dist/bin.js')) && isStamped('built', buildHash());
