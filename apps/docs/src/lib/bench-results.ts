/** @file What the benches have measured, read from the JSON that they print. For pages that are made at build time. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Machine, versions and time of a run, as bench/src/harness/machine.ts notes them. */
export interface Circumstances {
  readonly date: string;
  readonly cpu: string;
  /** What kind of processor it is, from when results are kept by kind. */
  readonly processor?: { readonly fingerprint: string; readonly description: string };
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  /** How many processors others kept busy in the second before it began. */
  readonly busyBefore: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: string;
}

interface Run {
  readonly quick: boolean;
  readonly circumstances: Circumstances;
}

/** One engine on one network. */
export interface PeerRow {
  readonly model: string;
  readonly contender: string;
  readonly engine: string;
  readonly loadMs: number;
  readonly firstMs: number;
  readonly medianMs: number;
  readonly gflops: number;
}

/** A ratio of two times, and what is promised of it. */
export interface PeerRatio {
  readonly model: string;
  readonly name: string;
  readonly value: number;
  readonly limit?: number;
  readonly ok?: boolean;
}

/** What `bench:peers` prints: whole networks beside other engines. */
export interface PeerReport extends Run {
  readonly bench: 'peers';
  readonly host: 'node' | 'chromium';
  readonly rows: readonly PeerRow[];
  readonly ratios: readonly PeerRatio[];
  readonly refusals: readonly {
    readonly model: string;
    readonly contender: string;
    readonly reason: string;
  }[];
}

/** One layer on one engine. */
export interface ShapeRow {
  readonly table: string;
  readonly engine: string;
  readonly shape: string;
  readonly op: string;
  readonly ms: number;
  readonly gflops: number;
  readonly limitedBy: string;
  /** Of what the machine can do for such a layer, from 0 to 1. */
  readonly fraction: number;
  /** Absent from results of before integers were measured. */
  readonly type?: string;
  /** How much slower its multiply-adds are than with a few channels less; absent from older results. */
  readonly neighbours?: readonly { readonly channels: number; readonly ratio: number }[];
}

/** What `bench:shapes` prints: single layers beside their ceilings. */
export interface ShapeReport extends Run {
  readonly bench: 'shapes';
  readonly host: 'node' | 'chromium';
  readonly rows: readonly ShapeRow[];
}

/** Layers that run as one, and the same apart. */
export interface FusionRow {
  readonly model: string;
  readonly engine: string;
  readonly kind: string;
  readonly name: string;
  readonly unfusedMs: number;
  readonly fusedMs: number;
  /** How many times faster the fused form is. */
  readonly gain: number;
  readonly planner: 'unfused' | 'partly' | 'fused';
}

/** What `bench:fusion` prints. */
export interface FusionReport extends Run {
  readonly bench: 'fusion';
  readonly rows: readonly FusionRow[];
}

/** One side of a comparison of a model file. */
export interface FileSide {
  readonly medianMs?: number;
  /** Why it does not run. */
  readonly why?: string;
}

/** A model file here and in its own runtime. */
export interface FileRow {
  readonly name: string;
  /** With its version. */
  readonly package: string;
  readonly bytes: number;
  readonly ops: readonly (readonly [op: string, count: number])[];
  readonly here: FileSide;
  readonly own: FileSide;
  /** `null` where one of the numbers is none. */
  readonly agreement?: { readonly error: number | null };
  readonly fromDoubles?:
    | { readonly here: number | null; readonly own: number | null }
    | { readonly why: string };
  readonly verdict: 'agrees' | 'own is off' | 'rounding' | 'differs' | 'not here' | 'not there' | 'neither';
}

/** What `bench:files` prints; of a quick run it has no times. */
export interface FileReport extends Run {
  readonly bench: 'files';
  readonly rows: readonly FileRow[];
}

/** Any of the reports. */
export type BenchReport = PeerReport | ShapeReport | FusionReport | FileReport;

const benches: readonly string[] = [
  'peers',
  'shapes',
  'fusion',
  'files',
] satisfies readonly BenchReport['bench'][];

function readReport(path: string): BenchReport[] {
  const report: Partial<BenchReport> = JSON.parse(readFileSync(path, 'utf8'));
  // Other results may lie beside these.
  if (!benches.includes(report.bench ?? '')) return [];
  // A quick run of files compares all of them and only leaves out times.
  if (report.quick !== false && report.bench !== 'files') {
    throw new Error(`${path} is of a --quick run: a smoke test is no result. Run the bench without it.`);
  }
  if (report.circumstances === undefined || report.rows === undefined) {
    throw new Error(`${path} says bench "${report.bench}", but has no circumstances or rows: make it anew`);
  }
  return [report as BenchReport];
}

/** All reports of a folder, in the order of their names. Throws on one that is a smoke test. */
export function benchReports(folder: string): readonly BenchReport[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => readReport(join(folder, name)));
}

/** The median of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/** Things by a name of theirs, in the order in which the names occur. */
export function groupBy<Item>(items: readonly Item[], nameOf: (item: Item) => string): [string, Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = nameOf(item);
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return [...groups];
}

/** Layers of one op on one engine, on one processor. */
export interface BesideCell {
  readonly layers: number;
  readonly medianFraction: number;
  readonly leastFraction: number;
  /** The worst ratio to a neighbour; absent from older results. */
  readonly worstNeighbour?: number;
}

/** Layers of a table by engine and op, with what each processor does. */
export interface BesideRow {
  readonly table: string;
  readonly engine: string;
  readonly op: string;
  /** In the order of the reports; `undefined` where a processor did not run it. */
  readonly cells: readonly (BesideCell | undefined)[];
}

function cellOf(rows: readonly ShapeRow[]): BesideCell | undefined {
  if (rows.length === 0) return undefined;
  const fractions = rows.map(({ fraction }) => fraction);
  const ratios = rows.flatMap(({ neighbours = [] }) => neighbours.map(({ ratio }) => ratio));
  return {
    layers: rows.length,
    medianFraction: median(fractions),
    leastFraction: Math.min(...fractions),
    ...(ratios.length > 0 && { worstNeighbour: Math.max(...ratios) }),
  };
}

/** The same layers on every processor that they were measured on, side by side. */
export function besideProcessors(reports: readonly ShapeReport[]): BesideRow[] {
  const keyOf = ({ table, engine, op, type = 'float32' }: ShapeRow): string =>
    JSON.stringify([table, type === 'float32' ? engine : `${engine} ${type}`, op]);
  const keys = [...new Set(reports.flatMap(({ rows }) => rows.map(keyOf)))];
  return keys.map((key) => {
    const [table, engine, op] = JSON.parse(key) as [string, string, string];
    const cells = reports.map(({ rows }) => cellOf(rows.filter((row) => keyOf(row) === key)));
    return { table, engine, op, cells };
  });
}
