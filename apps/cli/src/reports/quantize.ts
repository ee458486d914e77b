import type { LayerReport, QuantizeReport, RangeMethod } from '@sepconv/quantize';
import { printable } from '../errors.js';
import type { WrittenFile } from '../write-network.js';
import { formatBytes, formatMilliseconds, formatPercent, threeDigits } from './numbers.js';
import { heading, longest, paragraphs, type Row, type Style, shorten, table } from './text.js';

/** All that `quantize` knows. */
export interface QuantizeCommandReport {
  readonly title: string;
  /** Whether the network was built by name, so that its weights are random numbers. */
  readonly hasSeededWeights: boolean;
  readonly report: QuantizeReport;
  readonly method: RangeMethod;
  /** What quantizing took. */
  readonly seconds: number;
  /** Median milliseconds of a run; absent where nothing was measured. */
  readonly times?: { readonly before: number; readonly after: number };
  /** Present when the network was written. */
  readonly written?: WrittenFile;
}

const decibels = (value: number | null | undefined): string => {
  if (value === null || value === undefined) return '';
  return value === Infinity ? 'exact' : `${value.toFixed(1)} dB`;
};

const columns = ['layer', 'op', 'range', 'scale', 'weights', 'noise', 'alone', ''] as const;
/** The longest names of ops say in their first half what they are. */
const opWidth = 12;

function cells(layer: LayerReport): string[] {
  const { observed, stored, weights, sqnr, sensitivity, arithmetic } = layer;
  return [
    sensitivity === null ? shorten(layer.op, opWidth) : '',
    observed === null ? '' : `${threeDigits(observed.min)} … ${threeDigits(observed.max)}`,
    stored === null ? '' : threeDigits(stored.scale),
    decibels(weights?.sqnr),
    decibels(sqnr),
    sensitivity === null ? '' : formatPercent(sensitivity),
    arithmetic === 'float' ? 'real' : '',
  ];
}

function layerTable({ layers }: QuantizeReport, style: Style): string {
  // What is only moved is stored as it was.
  const shown = layers.filter(({ arithmetic }) => arithmetic !== 'moved');
  const rows = shown.map((layer) => [printable(layer.name), ...cells(layer)]);
  const used = columns.map((_, i) => i === 0 || rows.some((row) => row[i] !== ''));
  const kept = <Cell>(row: readonly Cell[]): Cell[] => row.filter((_, i) => used[i]);
  const titles = kept(columns);
  const trimmed = rows.map(kept);
  const widths = titles.map((title, i) => longest([title, ...trimmed.map((row) => row[i] ?? '')]));
  const others = widths.slice(1).reduce((sum, width) => sum + width + 2, 2);
  const nameWidth = Math.max(10, style.width - others);
  const lines: Row[] = trimmed.map(([name = '', ...rest]) => [shorten(name, nameWidth), ...rest]);
  return table(
    titles.map((title, i) => ({
      title,
      align: i < 2 || title === '' ? ('left' as const) : ('right' as const),
    })),
    lines,
    style,
  );
}

/** Why layers stay as they are, each reason once. */
function reasons({ layers }: QuantizeReport): string[] {
  const byReason = new Map<string, string[]>();
  for (const { name, why } of layers)
    if (why !== null) byReason.set(why, [...(byReason.get(why) ?? []), printable(name)]);
  return [...byReason].map(([why, names]) => {
    const which = names.length > 3 ? `${names.length} layers` : names.join(', ');
    return `${which} ${names.length === 1 ? 'stays' : 'stay'} real: ${why}.`;
  });
}

const inputsOf = ({ agreementOn, agreement, calibration }: QuantizeReport): string =>
  ({
    'held-back': `${agreement.samples} images that no range was learnt from (of ${calibration.count} others)`,
    calibration: `the ${agreement.samples} images that ranges were learnt from: hold some back to see what others lose`,
    drawn: `${agreement.samples} drawn inputs, which are unlike photos. Ranges of drawn inputs are too narrow in some layers and too wide in others: give images with --calibrate`,
  })[agreementOn];

function agreementWords(report: QuantizeReport): string {
  const { sameTop, divergence, outputError, outputSqnr } = report.agreement;
  const classes =
    sameTop === undefined
      ? ''
      : `The most probable class is the same for ${formatPercent(sameTop)}, and distributions are ${threeDigits(divergence ?? 0)} nats apart. `;
  return `${classes}The outputs differ by ${formatPercent(outputError)} (${decibels(outputSqnr)}), on ${inputsOf(report)}.`;
}

function summary({ report, seconds, times, written, hasSeededWeights }: QuantizeCommandReport): string[] {
  const { counts, bytesBefore, bytesAfter, steps } = report;
  const time =
    times === undefined
      ? ''
      : `, time ${formatMilliseconds(times.before)} → ${formatMilliseconds(times.after)}`;
  return [
    `${counts.integer} layers compute with integers, ${counts.moved} move them, ${counts.float} stay real. Parameters ${formatBytes(bytesBefore)} → ${formatBytes(bytesAfter)}${time}. Quantized in ${seconds.toFixed(1)} s.`,
    agreementWords(report),
    'Noise is the signal to quantization noise: of the weights by themselves, and of the result in the whole network. Alone is the error of the outputs when that layer alone is quantized, where it was asked for.',
    ...steps,
    ...reasons(report),
    ...(hasSeededWeights
      ? ['The weights are random numbers: what is lost of trained ones is something else.']
      : []),
    ...(written === undefined
      ? []
      : [`Written to ${printable(written.file)}, ${formatBytes(written.bytes)}.`]),
  ];
}

/** The quantization as text. */
export function quantizeReport(report: QuantizeCommandReport, style: Style): string {
  return [
    heading(`${printable(report.title)} in 8-bit integers, ranges by ${report.method}`, style),
    layerTable(report.report, style),
    '\n',
    paragraphs(summary(report), style),
  ].join('');
}

/** The quantization as data. Noise that is not there is `null`, too. */
export function quantizeJson(report: QuantizeCommandReport): object {
  const { title, hasSeededWeights, method, seconds, times, written } = report;
  return {
    network: title,
    hasSeededWeights,
    method,
    seconds,
    ...(times && { milliseconds: times }),
    ...report.report,
    ...(written && { output: written }),
  };
}
