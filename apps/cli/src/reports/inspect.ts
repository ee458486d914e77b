import { formats, type InspectedValue, type Inspection } from '@sepconv/formats';
import { printable } from '../errors.js';
import { formatBytes, formatExact } from './numbers.js';
import { heading, type Style, shorten, wrap } from './text.js';

/** A model file looked into. */
export interface InspectedFile {
  /** The path as given. */
  readonly file: string;
  /** Of the file alone, without those that belong to it. */
  readonly bytes: number;
  readonly inspection: Inspection;
  /** Whether a network can be read from it and, if not, why. */
  readonly reading: { readonly ok: boolean; readonly why: string | null };
}

/** The most inputs, outputs or parts that are listed: the report stays on one screen. */
const maxListed = 6;

const nameWidth = 36;

function shapeText({ shape }: InspectedValue): string {
  if (shape === undefined) return 'of unknown shape';
  if (shape.length === 0) return 'scalar';
  return shape.map((dimension) => shorten(printable(String(dimension)), 16)).join('×');
}

function quantizationText({ quantization }: InspectedValue): string {
  if (quantization === undefined) return '';
  const { scale, zeroPoint } = quantization;
  if (scale.length > 1) return `, quantized with ${scale.length} scales`;
  const [zero = 0] = zeroPoint;
  const shifted = zero === 0 ? 'q' : `(q ${zero < 0 ? '+' : '−'} ${Math.abs(zero)})`;
  return `, ${Number((scale[0] ?? 0).toPrecision(6))} · ${shifted}`;
}

const valueText = (value: InspectedValue): string =>
  `${shorten(printable(value.name), nameWidth)}: ${value.type} ${shapeText(value)}${quantizationText(value)}`;

/** The first few of a list, one row each, and how many there are more. */
function listed<Item>(items: readonly Item[], text: (item: Item) => string): string[] {
  const rows = items.slice(0, maxListed).map(text);
  return items.length > maxListed ? [...rows, `and ${items.length - maxListed} more`] : rows;
}

const plural = (count: number, one: string): string =>
  `${formatExact(count)} ${count === 1 ? one : `${one}s`}`;

function opsText({ ops }: Inspection): string {
  const nodes = ops.reduce((sum, { count }) => sum + count, 0);
  const names = ops
    .slice(0, 40)
    .map(
      ({ op, count, isSupported }) =>
        `${count}\u00a0${shorten(printable(op), 48)}${isSupported ? '' : '\u00a0(!)'}`,
    );
  const more = ops.length > names.length ? [`and ${ops.length - names.length} more`] : [];
  return `${plural(nodes, 'node')}: ${[...names, ...more].join(', ')}`;
}

function parametersText({ parameters }: Inspection): string {
  const sum = (of: 'tensors' | 'elements' | 'bytes') =>
    parameters.reduce((total, part) => total + part[of], 0);
  const total = `${plural(sum('elements'), 'number')} in ${plural(sum('tensors'), 'tensor')}, ${formatBytes(sum('bytes'))}`;
  const parts = parameters.map(({ type, elements }) => `${formatExact(elements)} ${type}`);
  return parts.length === 1 ? `${total}, ${parameters[0]?.type}` : `${total}: ${parts.join(', ')}`;
}

/** A text out of the file, whose words fit a line. */
const shortWords = (text: string): string =>
  printable(text)
    .split(' ')
    .map((word) => shorten(word, 48))
    .join(' ');

/** Versions and counts share the first row. */
const isNumber = (text: string): boolean => /^[\d.]+$/.test(text);

/** One row of the report: what it is about, and texts that are broken to fit behind it. */
type Section = readonly [title: string, texts: readonly string[]];

function sectionsOf({ inspection, bytes, reading }: InspectedFile): Section[] {
  const { format, details, inputs, outputs, ops, parameters, unsupported } = inspection;
  const texts = details
    .slice(0, 12)
    .map(([what, value]) => [shorten(printable(what), 16), shortWords(shorten(value, 240))] as const);
  const versions = texts.filter(([, value]) => isNumber(value)).map((detail) => `, ${detail.join(' ')}`);
  const sections: Section[] = [
    ['format', [`${formats[format].title}, ${formatBytes(bytes)}${versions.join('')}`]],
  ];
  for (const [what, value] of texts) if (!isNumber(value)) sections.push([what, [value]]);
  if (inputs.length > 0) sections.push([inputs.length > 1 ? 'inputs' : 'input', listed(inputs, valueText)]);
  if (outputs.length > 0) {
    sections.push([outputs.length > 1 ? 'outputs' : 'output', listed(outputs, valueText)]);
  }
  if (ops.length > 0) sections.push(['ops', [opsText(inspection)]]);
  sections.push(['parameters', [parameters.length === 0 ? 'none' : parametersText(inspection)]]);
  const parts = listed(unsupported, ({ what, count, first, why }) => {
    const where = first === '' ? '' : `, first "${shorten(printable(first), 24)}"`;
    return `${shorten(printable(what), 48)} (${count}×${where}): ${shortWords(shorten(why, 240))}`;
  });
  if (parts.length > 0) sections.push(['not supported', parts]);
  const answer = reading.ok ? 'yes' : `no: ${shortWords(shorten(reading.why ?? '', 600))}`;
  sections.push(['can be read', [answer]]);
  return sections;
}

/** What the file holds, one fact a row. */
export function inspectReport(inspected: InspectedFile, style: Style): string {
  const sections = sectionsOf(inspected);
  const width = Math.max(...sections.map(([title]) => title.length)) + 2;
  const rows = sections.flatMap(([title, texts]) =>
    texts
      .flatMap((text) => wrap(text, style.width - width - 2, ''))
      .map((line, i) => `  ${(i === 0 ? title : '').padEnd(width)}${line}`.trimEnd()),
  );
  return `${heading(printable(inspected.file), style)}${rows.join('\n')}\n\n`;
}

/** The same as data; nothing is left out. */
export function inspectJson({ file, bytes, inspection, reading }: InspectedFile): object {
  const { details, ...rest } = inspection;
  return {
    file,
    bytes,
    ...rest,
    details: details.map(([what, value]) => ({ what, value })),
    reading,
  };
}
