/** @file What a measurement was made on, so that a number never stands without its machine. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, platform, release, totalmem } from 'node:os';
import { type Processor, processor } from './processor.ts';

/** Machine, versions and time of a run. */
export interface Circumstances {
  readonly date: string;
  readonly cpu: string;
  /** What kind of processor that is, for results that are kept by kind; absent from older ones. */
  readonly processor?: Processor;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  /** How many processors others kept busy in the second before it began. */
  readonly busyBefore: number;
  readonly versions: Readonly<Record<string, string>>;
  /** The commit, with `+` when files were changed since. */
  readonly commit: string;
}

/** What a machine does anyway. */
const quietProcessors = 0.2;

/** Milliseconds that all processors together have worked, and that have passed for all of them. */
function processorTimes(): { readonly busy: number; readonly all: number } {
  const times = cpus().map(({ times }) => times);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { busy: all - times.reduce((sum, { idle }) => sum + idle, 0), all };
}

/**
 * How many processors are busy while this process waits for a second. The load average would be a minute late, and count
 * processes that are stopped or wait for a disk.
 */
export function busyProcessors(): number {
  const before = processorTimes();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
  const after = processorTimes();
  return ((after.busy - before.busy) / (after.all - before.all)) * cpus().length;
}

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
  const busyBefore = busyProcessors();
  const date = new Date().toISOString();
  const commit = commitOf();
  return (more = {}) => ({
    date,
    cpu: cpus()[0]?.model ?? 'unknown',
    processor: processor(),
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${platform()} ${release()}`,
    busyBefore,
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
export function describeMachine({ cpu, processor, cores, versions, commit, date }: Circumstances): string {
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${processor?.description ?? cpu}, ${cores} cores, ${date}, commit ${commit}`,
    ...inLines(names, 80),
  ].join('\n');
}

/** The same, and a warning when it was busy before the bench began. */
export function describeCircumstances(circumstances: Circumstances): string {
  const { busyBefore } = circumstances;
  const lines = [describeMachine(circumstances)];
  if (busyBefore > quietProcessors) {
    lines.push(
      `Others kept ${busyBefore.toFixed(2)} processors busy when this began: do not use these numbers.`,
    );
  }
  return lines.join('\n');
}
