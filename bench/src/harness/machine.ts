/** @file What a measurement was made on, so that a number never stands without its machine. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Machine, versions and time of a run. */
export interface Circumstances {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  /** Runnable processes of the last minute, at the start and at the end. */
  readonly loadBefore: number;
  readonly loadAfter: number;
  readonly versions: Readonly<Record<string, string>>;
  /** The commit, with `+` when files were changed since. */
  readonly commit: string;
}

/** Before, the bench itself does not load the machine: what is there is somebody else's. */
const quietLoad = 0.5;

function commitOf(): string {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
    const changed = git('status', '--porcelain', '--', 'packages', 'bench').length > 0;
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return 'unknown'; // a tarball has no history
  }
}

/** Installed versions of packages, in the package that `from` belongs to. */
export function installedVersions(names: readonly string[]): Record<string, string> {
  const require = createRequire(import.meta.url);
  return Object.fromEntries(
    names.map((name) => {
      // Some packages do not export their package.json: look for it on the path.
      const path = (require.resolve.paths(name) ?? [])
        .map((folder) => `${folder}/${name}/package.json`)
        .find((candidate) => {
          try {
            return readFileSync(candidate).length > 0;
          } catch {
            return false;
          }
        });
      return [name, path === undefined ? 'missing' : JSON.parse(readFileSync(path, 'utf8')).version];
    }),
  );
}

/** Notes the circumstances now; call the result at the end for the whole record. */
export function noteCircumstances(
  versions: Readonly<Record<string, string>> = {},
): (more?: Readonly<Record<string, string>>) => Circumstances {
  const loadBefore = loadavg()[0] as number;
  const date = new Date().toISOString();
  const commit = commitOf();
  return (more = {}) => ({
    date,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${platform()} ${release()}`,
    loadBefore,
    loadAfter: loadavg()[0] as number,
    versions: { node: process.versions.node, v8: process.versions.v8, ...versions, ...more },
    commit,
  });
}

/** Items with commas between them, in lines of at most `width` characters. */
export function inLines(items: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 2 + item.length <= width)
      lines[lines.length - 1] = `${last}, ${item}`;
    else lines.push(item);
  }
  return lines;
}

/** Lines about the machine. */
export function describeMachine({ cpu, cores, versions, commit, date }: Circumstances): string {
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [`${cpu}, ${cores} cores, ${date}, commit ${commit}`, ...inLines(names, 80)].join('\n');
}

/** The same, and a warning when it was busy before the bench began. */
export function describeCircumstances(circumstances: Circumstances): string {
  const { loadBefore } = circumstances;
  const lines = [describeMachine(circumstances)];
  if (loadBefore > quietLoad) {
    lines.push(
      `The machine was busy when this began (load ${loadBefore.toFixed(2)}): do not use these numbers.`,
    );
  }
  return lines.join('\n');
}
