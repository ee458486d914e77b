import type { StepReport } from '@sepconv/train';
import { printable } from '../errors.js';
import type { MetricsLine } from '../train/run-folder.js';
import type { WrittenFile } from '../write-network.js';
import { bar } from './bar.js';
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

/** What there is at the end. */
export function trainReport(
  { network, status, engine, checkpoint, best, written }: TrainReport,
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
  return `\n${paragraphs(
    [ends[status], kept, file].filter((line) => line !== undefined),
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
}: TrainReport): object {
  return { network, status, engine, checkpoint, epochs, best: best ?? null, written: written ?? null };
}
