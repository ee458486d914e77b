/** @file What was chosen from, as comma-separated lines. */
import type { Rated } from './candidates.js';

const titles = [
  'network',
  'width',
  'resolution',
  'top1',
  'macs',
  'params',
  'int8_bytes',
  'memory_bytes',
  'int8_memory_bytes',
  'measured_ms',
  'settled',
  'fits',
  'pareto',
  'source',
];

/** A field that may hold commas. */
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** One line for each candidate, in its order, below one of titles. */
export function candidatesCsv(rated: readonly Rated[]): string {
  const lines = rated.map((each) =>
    [
      each.network,
      each.width,
      each.resolution,
      each.top1,
      each.macs,
      each.params,
      each.size,
      each.memory,
      each.int8Memory,
      each.latency?.milliseconds ?? '',
      each.latency?.isSteady ?? '',
      each.fits,
      each.isOptimal,
      quoted(each.link),
    ].join(','),
  );
  return `${[titles.join(','), ...lines].join('\n')}\n`;
}
