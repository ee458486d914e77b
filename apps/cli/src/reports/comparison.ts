/** @file Two networks beside each other, as data and as text. */
import type { CostAnalysis } from '../cost-analysis.js';
import { printable } from '../errors.js';
import { formatBytes, formatCount, formatFactor } from './numbers.js';
import { heading, type Style, shorten, table } from './text.js';

/** One number of both networks. */
export interface ComparedNumber {
  readonly name: string;
  readonly title: string;
  readonly a: number;
  readonly b: number;
  /** `a / b`; `null` where b is 0. */
  readonly ratio: number | null;
  readonly format: (value: number) => string;
}

type Pick = readonly [
  name: string,
  title: string,
  value: (analysis: CostAnalysis) => number,
  format: (value: number) => string,
];

const picks: readonly Pick[] = [
  ['macs', 'MACs', ({ counted }) => counted.totals.macs, formatCount],
  ['params', 'parameters', ({ counted }) => counted.totals.params, formatCount],
  ['activations', 'activations', ({ counted }) => counted.totals.activations, formatCount],
  ['weightBytes', 'weights, float32', ({ memory }) => memory.float32.weightBytes, formatBytes],
  ['arenaBytes', 'peak memory, float32', ({ memory }) => memory.float32.arenaBytes, formatBytes],
  ['int8ArenaBytes', 'peak memory, int8', ({ memory }) => memory.int8.arenaBytes, formatBytes],
  [
    'movedBytes',
    'bytes read and written',
    ({ cost }) => cost.totals.readBytes + cost.totals.writtenBytes,
    formatBytes,
  ],
  ['intensity', 'FLOPs per byte', ({ cost }) => cost.totals.intensity, (value) => value.toFixed(2)],
  ['layers', 'layers with MACs', ({ cost }) => cost.layers.filter(({ macs }) => macs > 0).length, String],
];

/** Every number of two networks side by side. */
export function compare(a: CostAnalysis, b: CostAnalysis): readonly ComparedNumber[] {
  return picks.map(([name, title, value, format]) => {
    const [first, second] = [value(a), value(b)];
    return { name, title, a: first, b: second, ratio: second === 0 ? null : first / second, format };
  });
}

/** The comparison as text. */
export function comparisonReport(a: CostAnalysis, b: CostAnalysis, style: Style): string {
  const width = Math.floor((style.width - 36) / 2);
  const columns = [
    { title: '', align: 'left' as const },
    { title: shorten(printable(a.title), width) },
    { title: shorten(printable(b.title), width) },
    { title: 'ratio' },
  ];
  const rows = compare(a, b).map(({ title, a: first, b: second, ratio, format }) => [
    title,
    format(first),
    format(second),
    ratio === null ? '' : formatFactor(ratio),
  ]);
  return `${heading('Compared', style)}${table(columns, rows, style)}\n`;
}
