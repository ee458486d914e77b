import type { StepReport } from '@sepconv/train';
import { printable } from '../errors.js';
import type { Confusion } from '../train/mistakes.js';
import type { MetricsLine } from '../train/run-folder.js';
import type { WrittenFile } from '../write-network.js';
import { bar } from './bar.js';
import { confusionReport } from './confusion.js';
import { formatBytes, formatPercent, threeDigits } from './numbers.js';
import { paragraphs, type Style } from './text.js';

/** How a training ended. */
export interface TrainReport {
  readonly network: string;
  readonly status: 'finished' | 'stopped-early' | 'interrupted';
  readonly engine: string;
  readonly checkpoint: string;
  /** Of this run, without epochs before it was resumed. */
  readonly epochs: readonly MetricsLine[];
  /** The best epoch, where patience kept it. */
  readonly best: { readonly epoch: number; readonly accuracy: number } | undefined;
  readonly written: WrittenFile | undefined;
  /** The network in integers, of a training for them. */
  readonly integers: WrittenFile | undefined;
  /** What was said of the network before it began. */
  readonly notes: readonly string[];
  /** What the network takes for what, where images were held back. */
  readonly confusion: Confusion | undefined;
}

/** `12 s`, `3 min 5 s`, `2 h 10 min`: a time that nobody needs more exactly. */
function formatWait(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

const barWidth = 16;

/** The line that shows how an epoch goes on. */
export function stepLine(report: StepReport, imagesPerSecond: number, secondsLeft: number): string {
  const { epoch, epochs, step, stepsPerEpoch, meanLoss, accuracy } = report;
  const done = bar(step / stepsPerEpoch, barWidth).padEnd(barWidth, '░');
  return [
    `epoch ${epoch}/${epochs} ${done}`,
    `loss ${threeDigits(meanLoss)}`,
    formatPercent(accuracy),
    `${Math.round(imagesPerSecond)} images/s`,
    `${formatWait(secondsLeft)} left`,
  ].join('  ');
}

const columns = ['epoch', 'loss', 'accuracy', 'validation', 'rate', 'images/s'] as const;
const widths = [5, 8, 9, 10, 9, 9] as const;
const row = (cells: readonly string[]): string =>
  `  ${cells.map((cell, i) => cell.padStart(widths[i] as number)).join('  ')}\n`;

/** The titles above the epochs' rows. */
export const epochTitles = (): string => row(columns);

/** An epoch as a row; rows are printed one by one, as epochs end. */
export function epochRow({
  epoch,
  loss,
  accuracy,
  validationAccuracy,
  learningRate,
  imagesPerSecond,
}: MetricsLine): string {
  return row([
    String(epoch),
    threeDigits(loss),
    formatPercent(accuracy),
    validationAccuracy === undefined ? '–' : formatPercent(validationAccuracy),
    learningRate.toPrecision(3),
    String(Math.round(imagesPerSecond)),
  ]);
}

/** What the reader has to know before the first epoch. */
export const notesReport = (notes: readonly string[], style: Style): string =>
  notes.length === 0 ? '' : `\n${paragraphs(notes, style)}`;

/** What there is at the end. */
export function trainReport(
  { network, status, engine, checkpoint, best, written, integers, confusion }: TrainReport,
  style: Style,
): string {
  const ends = {
    finished: `${printable(network)} is trained, engine ${engine}.`,
    'stopped-early': `${printable(network)} stopped early, engine ${engine}.`,
    interrupted: `Saved to ${printable(checkpoint)}`,
  } as const;
  const kept = best && `The best weights are those of epoch ${best.epoch}, ${formatPercent(best.accuracy)}.`;
  const file =
    written &&
    `${printable(written.file)}, ${formatBytes(written.bytes)}: for sepconv run, cost and profile.`;
  const small =
    integers &&
    `${printable(integers.file)}, ${formatBytes(integers.bytes)}: the same in 8-bit integers, as training has seen it.`;
  const table = confusion === undefined ? '' : confusionReport(confusion, style);
  return `${table}\n${paragraphs(
    [ends[status], kept, file, small].filter((line) => line !== undefined),
    style,
  )}`;
}

/** The same as data. */
export function trainJson({
  network,
  status,
  engine,
  checkpoint,
  epochs,
  best,
  written,
  integers,
  notes,
  confusion,
}: TrainReport): object {
  return {
    network,
    status,
    engine,
    checkpoint,
    notes,
    epochs,
    best: best ?? null,
    confusion: confusion ?? null,
    written: written ?? null,
    integers: integers ?? null,
  };
}
