/** @file Results of layers by kind of processor: a file for each, in which newly measured tables replace the older ones. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShapeReport } from './report.ts';
import { shortfalls } from './rows.ts';

/** The report with the tables that it did not measure from an older one of the same kind of processor. */
export function withOlder(report: ShapeReport, older: ShapeReport | undefined): ShapeReport {
  const measured = new Set(report.rows.map(({ table }) => table));
  const isLeft = ({ table }: { readonly table: string }): boolean => !measured.has(table);
  const rows = [...report.rows, ...(older?.rows ?? []).filter(isLeft)];
  const refusals = [...report.refusals, ...(older?.refusals ?? []).filter(isLeft)];
  return { ...report, rows, refusals, shortfalls: shortfalls(rows) };
}

/** Keeps a report in a folder, under the kind of processor and the host that it is of; returns the file. */
export function keepReport(report: ShapeReport, folder: string): string {
  const { processor, cpu } = report.circumstances;
  const host = report.host === 'chromium' ? '-chromium' : '';
  const path = join(folder, `shapes-${processor?.fingerprint ?? cpu}${host}.json`);
  let older: ShapeReport | undefined;
  try {
    older = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // The first of its kind.
  }
  writeFileSync(path, `${JSON.stringify(withOlder(report, older), null, 2)}\n`);
  return path;
}
