// Packs the published packages and installs them in an empty project outside the workspace.

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(new URL('.', import.meta.url)), '..');

export interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  repository?: { type: string; url: string; directory: string };
  exports?: Record<string, unknown>;
  bin?: Record<string, string>;
}

export interface PublishedPackage {
  folder: string;
  manifest: Manifest;
}

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** Every package that goes to the registry. */
export function publishedPackages(): PublishedPackage[] {
  return ['packages', 'apps']
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(root, parent, name)))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readManifest(folder) }))
    .filter(({ manifest }) => !manifest.private);
}

/** Entries that are scripts of workers: they export nothing, and run only there. */
const scripts = ['./thread', './session-worker'];

/** What users may write after `import`: the entries of the package that are code. */
export function importableEntries({ name, exports = {} }: Manifest): string[] {
  return Object.keys(exports)
    .filter((path) => !path.endsWith('.json') && !scripts.includes(path))
    .map((path) => name + path.slice(1));
}

export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

export function runIn(folder: string, command: string, args: string[]): Outcome {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** Like `runIn`, for commands that must succeed: a failure shows what they printed. */
export function mustRun(folder: string, command: string, args: string[]): string {
  const { status, stdout, stderr } = runIn(folder, command, args);
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${status} in ${folder}\n${stdout}\n${stderr}`);
  }
  return stdout;
}

export interface PackedProject {
  /** An npm project that has every tarball installed, and nothing else. */
  folder: string;
  tarballs: string[];
  remove(): void;
}

function pack(packages: PublishedPackage[], destination: string): string[] {
  const pnpm = process.env.SEPCONV_PNPM ?? join(root, 'node_modules/.bin/pnpm');
  for (const { folder } of packages) mustRun(folder, pnpm, ['pack', '--pack-destination', destination]);
  return readdirSync(destination)
    .filter((name) => name.endsWith('.tgz'))
    .map((name) => join(destination, name));
}

export function installPacked(packages: PublishedPackage[]): PackedProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sepconv-packed-')));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    if (folder.startsWith(root))
      throw new Error(`${folder} is inside the workspace, whose node_modules would leak in`);
    const tarballFolder = join(folder, 'tarballs');
    mkdirSync(tarballFolder);
    const tarballs = pack(packages, tarballFolder);
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'stranger', private: true, type: 'module' }),
    );
    mustRun(folder, 'npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs]);
    return { folder, tarballs, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
