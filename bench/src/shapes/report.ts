/** @file The layers for a person, in 80 columns. */
import { type Circumstances, describeCircumstances } from '../harness/machine.ts';
import { figures, formatTable, percent } from '../harness/table.ts';
import type { ShapeRefusal, ShapeSchedule } from './measure.ts';
import { cliffs, mostOfNeighbour, type ShapeRow, shortfalls, worstNeighbour } from './rows.ts';

/** Everything that a run found; `--json` prints this. */
export interface ShapeReport {
  readonly bench: 'shapes';
  readonly host: 'node' | 'chromium';
  readonly quick: boolean;
  readonly circumstances: Circumstances;
  readonly schedule: ShapeSchedule;
  readonly rows: readonly ShapeRow[];
  readonly refusals: readonly ShapeRefusal[];
  /** Rows below what is asked of them, the worst first. */
  readonly shortfalls: readonly ShapeRow[];
}

const shortOps: Readonly<Record<string, string>> = {
  'depthwise-conv2d': 'dw',
  'pointwise-conv2d': 'pw',
};

/** `1x112x112x32 3x3 s2`, as far as 30 columns allow. */
function shortShape({ shape, op }: ShapeRow): string {
  return shape
    .replace(op, shortOps[op] ?? op)
    .replace(/ (times|act|type)=\S+/g, '')
    .replace('kernel=', 'k')
    .replace('filters=', 'f')
    .replace('stride=', 's')
    .replace('dilation=', 'd')
    .replace('groups=', 'g')
    .replace('pad=', 'p');
}

/** An engine, and `int8` behind it where it computes with integers. */
const engineOf = ({ engine, type }: ShapeRow): string => (type === 'int8' ? `${engine} int8` : engine);

/** `2.61 of 480`: the worst ratio of a multiply-add's times, and the channels of that neighbour. */
function besideNeighbour(row: ShapeRow): string {
  const worst = worstNeighbour(row);
  return worst === undefined ? '–' : `${worst.ratio.toFixed(2)} of ${worst.channels}`;
}

const cellsOf = (row: ShapeRow): readonly (string | number)[] => [
  engineOf(row),
  shortShape(row),
  row.ms * 1000,
  row.gflops,
  row.limitedBy === 'memory' ? 'mem' : 'math',
  percent(row.fraction),
  besideNeighbour(row),
  [row.wanted !== undefined && row.fraction < row.wanted ? '<' : '', row.noisy ? '~' : ''].join(''),
];

const headings = ['engine', 'layer', 'µs', 'GFLOP/s', 'limit', 'of it', 'beside', ''];

/** Tables of a report. */
export function formatShapes({ host, quick, circumstances, rows, refusals }: ShapeReport): string {
  const tables = [...new Set(rows.map(({ table }) => table))];
  const parts = tables.map((table) => {
    const ofTable = rows.filter((row) => row.table === table);
    return `${table} (${host})\n${formatTable(headings, ofTable.map(cellsOf))}`;
  });
  const low = shortfalls(rows);
  const promised = rows.filter(({ wanted }) => wanted !== undefined).length;
  parts.push(
    low.length === 0
      ? `All ${promised} rows with a promise keep it.`
      : `Below 50 % (depthwise) or 80 % (pointwise of V1 and V2; of integers 75 %): ${low.length} of ${promised}\n${formatTable(
          headings,
          low.map(cellsOf),
        )}`,
  );
  const steep = cliffs(rows);
  if (steep.length > 0) {
    parts.push(
      `Depthwise, over ${mostOfNeighbour} times a neighbour's time for a multiply-add: ${steep.length}\n${formatTable(
        headings,
        steep.map(cellsOf),
      )}`,
    );
  }
  for (const { engine, table, layer, reason } of refusals) {
    parts.push(`not timed: ${layer} of ${table} on ${engine}: ${reason}`);
  }
  const engines = [...new Set(rows.map(engineOf))];
  const peaks = engines.map((engine) => {
    const peak = Math.max(
      ...rows.filter((row) => engineOf(row) === engine).map(({ arithmetic }) => arithmetic),
    );
    return `${engine} ${figures(peak)}`;
  });
  const notes = [
    `Arithmetic in registers, GFLOP/s, of int8 on panels in the first-level cache, GOP/s: ${peaks.join(', ')}`,
    ...(quick ? ['--quick: a smoke test, not a measurement.'] : []),
    describeCircumstances(circumstances),
  ];
  return [...parts, notes.join('\n')].join('\n\n');
}
