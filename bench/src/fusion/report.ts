/** @file Fused and unfused for a person, in 80 columns. */
import { type Circumstances, describeCircumstances } from '../harness/machine.ts';
import { formatTable, percent } from '../harness/table.ts';
import type { FusionRow } from './rows.ts';

/** Everything that a run found; `--json` prints this. */
export interface FusionReport {
  readonly bench: 'fusion';
  readonly quick: boolean;
  readonly circumstances: Circumstances;
  readonly schedule: { readonly rounds: number; readonly sampleMs: number };
  readonly rows: readonly FusionRow[];
}

function verdictOf({ ok, loss, sameBits }: FusionRow): string {
  if (ok) return '';
  return sameBits ? `WRONG, ${percent(loss)}` : 'OTHER BITS';
}

/** Tables of a report. */
export function formatFusion({ quick, circumstances, rows }: FusionReport): string {
  const models = [...new Set(rows.map(({ model }) => model))];
  const parts = models.map((model) => {
    const ofModel = rows.filter((row) => row.model === model);
    const cells = ofModel.map((row) => [
      row.engine,
      row.kind,
      row.kind === 'network' ? '' : row.name,
      row.unfusedMs * 1000,
      row.fusedMs * 1000,
      row.gain.toFixed(3),
      row.planner,
      verdictOf(row),
    ]);
    const headings = ['engine', 'what', 'depthwise', 'unfused', 'fused µs', 'gain', 'planner', ''];
    return `${model}\n${formatTable(headings, cells)}`;
  });
  const wrong = rows.filter(({ ok }) => !ok).length;
  const notes = [
    `${rows.length - wrong} of ${rows.length} choices are the faster one within 2 %, with the same bits.`,
    ...(quick ? ['--quick: a smoke test, not a measurement.'] : []),
    describeCircumstances(circumstances),
  ];
  return [...parts, notes.join('\n')].join('\n\n');
}
