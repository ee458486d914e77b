/** @file Results in NOTES.md: between two marks stands what a run printed, and nothing of it is typed by hand. */
import { type FusionReport, formatFusion } from '../fusion/report.ts';
import { formatPeers, type PeerReport } from '../peers/report.ts';
import { formatShapes, type ShapeReport } from '../shapes/report.ts';
import { formatTrainStep, type TrainStepReport } from '../train-step/report.ts';

/** What a bench prints with `--json`. */
export type Report = PeerReport | ShapeReport | FusionReport | TrainStepReport;

/** The section of a report: `peers-node`, `shapes-chromium`, `fusion-node`, `train-node`. */
export const sectionOf = (report: Report): string =>
  `${report.bench}-${'host' in report ? report.host : 'node'}`;

/** A report as its bench prints it. */
export function formatReport(report: Report): string {
  switch (report.bench) {
    case 'peers':
      return formatPeers(report);
    case 'shapes':
      return formatShapes(report);
    case 'fusion':
      return formatFusion(report);
    case 'train':
      return formatTrainStep(report);
  }
}

const begin = (section: string): string => `<!-- begin ${section} -->`;
const end = (section: string): string => `<!-- end ${section} -->`;

/**
 * The notes with a report in its section.
 *
 * @throws when the notes have no such section, or the report is of a smoke test.
 */
export function withReport(notes: string, report: Report): string {
  if (report.quick) throw new Error('this report is of a --quick run: a smoke test is no result');
  const section = sectionOf(report);
  const from = notes.indexOf(begin(section));
  const to = notes.indexOf(end(section));
  if (from < 0 || to < from) throw new Error(`the notes have no section ${begin(section)} … ${end(section)}`);
  const text = `${begin(section)}\n\n\`\`\`text\n${formatReport(report)}\n\`\`\`\n\n`;
  return notes.slice(0, from) + text + notes.slice(to);
}
