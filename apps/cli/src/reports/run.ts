import { type ArithmeticReport, arithmeticText } from '../arithmetic.js';
import { printable } from '../errors.js';
import { type EngineReport, engineText } from '../measure-graphs.js';
import { bar } from './bar.js';
import { formatMilliseconds, formatPercent } from './numbers.js';
import { heading, paragraphs, type Style, shorten, table } from './text.js';

/** One answer of a classifier. */
export interface Guess {
  readonly index: number;
  /** `null` where nobody names the classes. */
  readonly label: string | null;
  readonly probability: number;
}

/** What the network said of one image, and how long it took. */
export interface ImageResult {
  readonly image: string;
  readonly top: readonly Guess[];
  /** Median of the runs after the first, or the first where there is no other. */
  readonly milliseconds: number;
  readonly firstMilliseconds: number;
  /** Runs of which `milliseconds` is the median. */
  readonly runs: number;
}

export interface RunReport {
  /** The path as given. */
  readonly model: string;
  readonly format: string;
  readonly engine: EngineReport;
  readonly arithmetic: ArithmeticReport;
  readonly compileMilliseconds: number;
  readonly warnings: readonly string[];
  readonly images: readonly ImageResult[];
}

const barWidth = 12;

function imageReport(
  { image, top, milliseconds, firstMilliseconds, runs }: ImageResult,
  style: Style,
): string {
  const nameWidth = style.width - 2 - (2 + 5) - (2 + 11) - (2 + barWidth);
  const rows = top.map(({ index, label, probability }) => [
    shorten(label === null ? `class ${index}` : printable(label), nameWidth),
    String(index),
    formatPercent(probability),
    style.colors.cyan(bar(probability, barWidth)),
  ]);
  const columns = [
    { title: 'class', align: 'left' as const },
    { title: 'index' },
    { title: 'probability' },
    { title: '', align: 'left' as const },
  ];
  const median = `${formatMilliseconds(milliseconds)}, the median of ${runs} runs; `;
  const time = `${runs > 1 ? median : ''}the first took ${formatMilliseconds(firstMilliseconds)}`;
  return `${heading(printable(image), style)}${table(columns, rows, style)}\n  ${style.colors.dim(time)}\n\n`;
}

/** The answers as text. */
export function runReport({ model, engine, arithmetic, warnings, images }: RunReport, style: Style): string {
  return [
    ...images.map((result) => imageReport(result, style)),
    paragraphs(
      [
        `${printable(model)}, engine ${engineText(engine)}; ${arithmeticText(arithmetic)}`,
        ...warnings.map((w) => `Note: ${printable(w)}`),
      ],
      style,
    ),
  ].join('');
}

/** The answers as data. `images` has all of them; the first image's fields stand at the top as well. */
export function runJson({
  model,
  format,
  engine,
  arithmetic,
  compileMilliseconds,
  warnings,
  images,
}: RunReport): object {
  const [first] = images;
  return {
    model,
    format,
    engine: engine.name,
    engineReason: engine.reason,
    arithmetic: arithmetic.name,
    arithmeticReason: arithmetic.reason,
    compileMilliseconds,
    warnings,
    ...first,
    images,
  };
}
