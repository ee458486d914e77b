import type { BudgetName } from '../sweep/budget.js';
import type { Sweep, SweepEntry } from '../sweep/sweep.js';
import { formatBytes, formatCount, formatMilliseconds } from './numbers.js';
import { heading, paragraphs, type Row, type Style, table } from './text.js';

const formats: Readonly<Record<BudgetName, (value: number) => string>> = {
  macs: formatCount,
  params: formatCount,
  memory: formatBytes,
  ms: formatMilliseconds,
};

/** The options that differ between entries, in the order in which they were given. */
function varying({ entries }: Sweep): string[] {
  const names = Object.keys(entries[0]?.options ?? {});
  const differing = names.filter((name) => new Set(entries.map(({ options }) => options[name])).size > 1);
  return differing.length > 0 ? differing : names.slice(0, 1);
}

/** What marks an entry: on the front, within the budget but beaten, or over it. */
function markOf({ isOptimal, fits }: SweepEntry): string {
  if (!fits) return 'over';
  return isOptimal === true ? '●' : '';
}

/** A sweep as text. */
export function sweepReport(sweep: Sweep, style: Style): string {
  const { name, entries, budgets, by, machine } = sweep;
  const names = varying(sweep);
  const hasTime = machine !== null;
  const titles = [
    ...names,
    'MACs',
    'params',
    'memory',
    'int8',
    ...(hasTime ? ['time'] : []),
    'top-1',
    'Pareto',
  ];
  const rows: Row[] = entries.map((entry) => {
    const cells = [
      ...names.map((option) => String(entry.options[option] ?? '')),
      formatCount(entry.macs),
      formatCount(entry.params),
      formatBytes(entry.memory),
      formatBytes(entry.int8Memory),
      ...(hasTime ? [formatMilliseconds(entry.ms ?? 0)] : []),
      entry.accuracy === null ? '–' : `${entry.accuracy.top1.toFixed(1)} %`,
      markOf(entry),
    ];
    return entry.fits ? cells : cells.map((cell) => style.colors.dim(cell));
  });
  const columns = titles.map((title) => ({ title }));
  const fitting = entries.filter(({ fits }) => fits);
  const limits = budgets.map((budget) => `${budget.name} ≤ ${formats[budget.name](budget.limit)}`).join(', ');
  const sources = [...new Set(entries.flatMap(({ accuracy }) => accuracy?.source ?? []))];
  const best = fitting
    .filter(({ accuracy }) => accuracy !== null)
    .toSorted((a, b) => (b.accuracy?.top1 ?? 0) - (a.accuracy?.top1 ?? 0))[0];
  const notes = [
    limits === '' ? '' : `${fitting.length} of ${entries.length} are within ${limits}.`,
    best === undefined
      ? ''
      : `The most accurate that fits: ${names.map((option) => `${option} ${String(best.options[option] ?? '')}`).join(', ')}, with ${best.accuracy?.top1.toFixed(1)} %.`,
    sources.length === 0
      ? 'No accuracy was published for any of them, so there is no front.'
      : `● is on the Pareto front of published top-1 accuracy against ${by}. Accuracies: ${sources.join('; ')}; – was not published.`,
    machine === null ? '' : `Times are predicted for ${machine}.`,
  ];
  return `${heading(name, style)}${table(columns, rows, style)}\n${paragraphs(
    notes.filter((note) => note !== ''),
    style,
  )}`;
}

/** A sweep as comma-separated lines. */
export function sweepCsv(sweep: Sweep): string {
  const names = Object.keys(sweep.entries[0]?.options ?? {});
  const titles = [
    ...names,
    'macs',
    'params',
    'memory_bytes',
    'int8_memory_bytes',
    'predicted_ms',
    'top1',
    'fits',
    'pareto',
  ];
  const lines = sweep.entries.map((entry) =>
    [
      ...names.map((name) => entry.options[name]),
      entry.macs,
      entry.params,
      entry.memory,
      entry.int8Memory,
      entry.ms ?? '',
      entry.accuracy?.top1 ?? '',
      entry.fits,
      entry.isOptimal ?? '',
    ].join(','),
  );
  return `${[titles.join(','), ...lines].join('\n')}\n`;
}
