/** @file The table of files for a terminal, and what it adds up to. */
import type { Circumstances } from '../harness/machine.ts';
import { describeCircumstances } from '../harness/machine.ts';
import { formatTable } from '../harness/table.ts';
import { type FileRow, tolerance } from './row.ts';

/** What the bench prints with `--json`. */
export interface FileReport {
  readonly bench: 'files';
  readonly quick: boolean;
  readonly circumstances: Circumstances;
  readonly rows: readonly FileRow[];
}

/** In a word, what became of a file. */
export type Verdict =
  | 'agrees'
  /** Ours is within the tolerance of the network in double precision, the own runtime is not. */
  | 'own is off'
  /** Both are, on two sides of it, or neither is, and ours is not twice as far from it: the network amplifies rounding. */
  | 'rounding'
  | 'differs'
  | 'not here'
  | 'not there'
  | 'neither';

export function verdictOf({ here, own, agreement, fromDoubles }: FileRow): Verdict {
  if (here.why !== undefined) return own.why === undefined ? 'not here' : 'neither';
  if (own.why !== undefined) return 'not there';
  if (agreement !== undefined && agreement.error <= tolerance) return 'agrees';
  if (fromDoubles === undefined || 'why' in fromDoubles) return 'differs';
  const { here: off, own: ownOff } = fromDoubles;
  if (off <= tolerance && ownOff > tolerance) return 'own is off';
  return off <= tolerance || off <= 2 * ownOff ? 'rounding' : 'differs';
}

/** Ours over theirs, where both have times. */
export const ratioOf = ({ here, own }: FileRow): number | undefined =>
  here.medianMs === undefined || own.medianMs === undefined ? undefined : here.medianMs / own.medianMs;

const verdicts: readonly Verdict[] = [
  'agrees',
  'own is off',
  'rounding',
  'differs',
  'not here',
  'not there',
  'neither',
];

/** How far both are from double precision, in a sentence. */
const precision = (found: NonNullable<FileRow['fromDoubles']>): string =>
  'why' in found
    ? `double precision: ${found.why}`
    : `from double precision: here ${found.here.toExponential(1)}, the own runtime ${found.own.toExponential(1)}`;

function summary(rows: readonly FileRow[]): string {
  const counts = verdicts.map(
    (verdict) => [verdict, rows.filter((row) => verdictOf(row) === verdict).length] as const,
  );
  const words = counts.filter(([, count]) => count > 0).map(([verdict, count]) => `${count} ${verdict}`);
  return `${rows.length} files: ${words.join(', ')}.`;
}

/** Tables and reasons. */
export function formatFiles({ circumstances, rows }: FileReport): string {
  const table = formatTable(
    ['file', 'verdict', 'error', 'ms here', 'ms own', 'ratio'],
    rows.map((row) => [
      row.name.length > 44 ? `…${row.name.slice(-43)}` : row.name,
      verdictOf(row),
      row.agreement?.error.toExponential(1),
      row.here.medianMs,
      row.own.medianMs,
      ratioOf(row),
    ]),
  );
  const reasons = rows.flatMap(({ name, here, own, fromDoubles }) => [
    ...(fromDoubles === undefined ? [] : [`${name}\n  ${precision(fromDoubles)}`]),
    ...(here.why === undefined ? [] : [`${name}\n  here: ${here.why}`]),
    ...(own.why === undefined ? [] : [`${name}\n  own runtime: ${own.why}`]),
  ]);
  return [describeCircumstances(circumstances), table, ...reasons, summary(rows)].join('\n\n');
}
