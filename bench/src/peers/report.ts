/** @file The comparison for a person, in 80 columns. */
import type { Circumstances } from '../harness/machine.ts';
import { describeCircumstances } from '../harness/machine.ts';
import { noisySpread } from '../harness/statistics.ts';
import { figures, formatTable } from '../harness/table.ts';
import type { Refusal, Schedule } from './measure.ts';
import type { PeerRow, Ratio } from './ratios.ts';

/** Everything that a run found; `--json` prints this. */
export interface PeerReport {
  readonly bench: 'peers';
  readonly host: 'node' | 'chromium';
  readonly quick: boolean;
  readonly circumstances: Circumstances;
  readonly schedule: Schedule;
  readonly rows: readonly PeerRow[];
  readonly refusals: readonly Refusal[];
  readonly ratios: readonly Ratio[];
}

const verdictOf = ({ ok }: Ratio): string => {
  if (ok === undefined) return '';
  return ok ? 'ok' : 'MISSED';
};

function modelTable(rows: readonly PeerRow[]): string {
  return formatTable(
    ['contender', 'engine', 'load', 'first', 'answer', 'median', 'min', 'GFLOP/s'],
    [...rows]
      .sort((a, b) => a.medianMs - b.medianMs)
      .map((row) => [
        row.contender,
        row.contender.startsWith('sepconv') ? row.engine : '',
        row.loadMs,
        row.firstMs,
        row.answerMs,
        row.medianMs,
        row.minMs,
        `${row.gflops.toFixed(1)}${row.spread > noisySpread ? ' ~' : '  '}`,
      ]),
  );
}

/** Tables of a report. */
export function formatPeers(report: PeerReport): string {
  const { host, quick, circumstances, rows, refusals, ratios, schedule } = report;
  const { threads = 1 } = schedule;
  const models = [...new Set([...rows, ...refusals].map(({ model }) => model))];
  const parts = models.map((model) => {
    const ofModel = rows.filter((row) => row.model === model);
    const lines = [
      `${model}, batch 1, ${threads === 1 ? 'one thread' : `${threads} threads`}, one process each, in turns (${host})`,
      modelTable(ofModel),
    ];
    for (const { contender, reason } of refusals.filter((refusal) => refusal.model === model)) {
      lines.push(`not timed: ${contender}: ${reason}`);
    }
    for (const { contender, engine, alsoLoaded } of ofModel) {
      if (alsoLoaded !== undefined) {
        lines.push(`${contender} chose ${engine}, but in other processes ${alsoLoaded.join(', ')}.`);
      }
    }
    const claims = ratios.filter((ratio) => ratio.model === model);
    lines.push(
      formatTable(
        ['ratio', 'value', 'limit', ''],
        claims.map((ratio) => [
          ratio.name,
          ratio.value.toFixed(3),
          ratio.limit?.toString() ?? '',
          verdictOf(ratio),
        ]),
      ),
    );
    return lines.join('\n\n');
  });
  const noisy = rows.filter((row) => row.spread > noisySpread).length;
  const notes = [
    ...(noisy > 0
      ? [
          `~ ${noisy} rows are noisy: the slow tenth is over ${figures(noisySpread * 100)} % above the minimum.`,
        ]
      : []),
    ...(quick ? ['--quick: a smoke test, not a measurement.'] : []),
    describeCircumstances(circumstances),
  ];
  return [...parts, notes.join('\n')].join('\n\n');
}
