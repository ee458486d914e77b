import type { DecompositionReport, LayerReport } from '@sepconv/decompose';
import { printable } from '../errors.js';
import type { WrittenFile } from '../write-network.js';
import { formatBytes, formatCount, formatFactor, formatMilliseconds, formatPercent } from './numbers.js';
import { heading, longest, paragraphs, type Row, type Style, shorten, table } from './text.js';

/** All that `decompose` knows. */
export interface DecomposeReport {
  readonly title: string;
  readonly order: 'depthwise-pointwise' | 'pointwise-depthwise';
  /** Whether the network was built by name, so that its weights are random numbers. */
  readonly hasSeededWeights: boolean;
  readonly report: DecompositionReport;
  /** Present when the network was written. */
  readonly written?: WrittenFile;
}

const blocks = '▁▂▃▄▅▆▇█';
/** Of larger windows only the first singular values are drawn. */
const mostBars = 9;

/** Singular values as bars, the first one full. */
function bars(spectrum: readonly number[]): string {
  const [first = 0] = spectrum;
  const levels = spectrum
    .slice(0, mostBars)
    .map((value) => (first > 0 ? blocks[Math.min(7, Math.floor((8 * value) / first))] : blocks[0]));
  return levels.join('');
}

const ratio = (after: number | null, before: number | null): string =>
  after === null || before === null || before === 0 ? '' : formatFactor(after / before);

function layerTable({ layers, totals }: DecompositionReport, style: Style): string {
  const titles = [
    'layer',
    'spectrum',
    'rank',
    'energy',
    'error',
    'MACs',
    ...(totals.msAfter === null ? [] : ['time']),
    '',
  ];
  const considered = layers.filter(({ rank, exactRank }) => rank !== null || exactRank !== null);
  const cells = (layer: LayerReport): string[] => [
    bars(layer.spectrum),
    layer.rank === null ? '' : `${layer.rank} of ${layer.exactRank}`,
    layer.energy === null ? '' : formatPercent(layer.energy),
    layer.outputError === null ? '' : formatPercent(layer.outputError),
    ratio(layer.macsAfter, layer.macsBefore),
    ...(totals.msAfter === null ? [] : [ratio(layer.msAfter, layer.msBefore)]),
    layer.replaced ? '' : style.colors.dim('stays'),
  ];
  const rows = considered.map((layer) => [printable(layer.name), ...cells(layer)]);
  const total = [
    'network',
    '',
    '',
    '',
    formatPercent(totals.outputError),
    ratio(totals.macsAfter, totals.macsBefore),
    ...(totals.msAfter === null ? [] : [ratio(totals.msAfter, totals.msBefore)]),
    '',
  ];
  const widths = titles.map((title, i) => longest([title, ...[...rows, total].map((row) => row[i] ?? '')]));
  const others = widths.slice(1).reduce((sum, width) => sum + width + 2, 2);
  const nameWidth = Math.max(10, style.width - others);
  const shown: Row[] = rows.map(([name = '', ...rest]) => [shorten(name, nameWidth), ...rest]);
  const columns = titles.map((title, i) => ({
    title,
    align: i < 2 || i === titles.length - 1 ? ('left' as const) : ('right' as const),
  }));
  return table(columns, [...shown, 'rule', total], style);
}

/** Reasons of the layers that stay, each once, with the layers that it is about. */
function reasons(layers: readonly LayerReport[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { name, replaced, why } of layers) {
    if (!replaced) byReason.set(why, [...(byReason.get(why) ?? []), printable(name)]);
  }
  return [...byReason].map(([why, names]) => {
    const which =
      names.length > 3
        ? `${names.length} layers stay`
        : `${names.join(', ')} ${names.length > 1 ? 'stay' : 'stays'}`;
    return `${which}: ${why}.`;
  });
}

function summary({ report, hasSeededWeights, written }: DecomposeReport): string[] {
  const { totals } = report;
  const before = (value: number, after: number): string => `${formatCount(value)} → ${formatCount(after)}`;
  const times =
    totals.msBefore === null || totals.msAfter === null
      ? ''
      : `, time ${formatMilliseconds(totals.msBefore)} → ${formatMilliseconds(totals.msAfter)}`;
  const inputs =
    totals.errorInputs === 'calibration'
      ? `the ${totals.inputCount} calibration images`
      : `${totals.inputCount} seeded random inputs; noise is not like images, so give some with --calibrate`;
  return [
    `${totals.replaced} of ${totals.layers} convolutions replaced: MACs ${before(totals.macsBefore, totals.macsAfter)}, parameters ${before(totals.paramsBefore, totals.paramsAfter)}${times}.`,
    `Energy is the share of the squared singular values that is kept. Error is ‖error‖ / ‖output‖ of each layer alone, and of the network's output, on ${inputs}.`,
    ...(hasSeededWeights
      ? ['The weights are random numbers: trained filters are smoother, and lose less at the same rank.']
      : []),
    ...reasons(report.layers),
    ...(written === undefined
      ? []
      : [`Written to ${printable(written.file)}, ${formatBytes(written.bytes)}.`]),
  ];
}

/** The decomposition as text. */
export function decomposeReport(report: DecomposeReport, style: Style): string {
  const steps =
    report.order === 'depthwise-pointwise' ? 'depthwise, then pointwise' : 'pointwise, then depthwise';
  return [
    heading(`${printable(report.title)}, convolutions as ${steps}`, style),
    layerTable(report.report, style),
    '\n',
    paragraphs(summary(report), style),
  ].join('');
}

/** The decomposition as data. */
export function decomposeJson({ title, order, hasSeededWeights, report, written }: DecomposeReport): object {
  return {
    network: title,
    order,
    hasSeededWeights,
    layers: report.layers,
    totals: report.totals,
    ...(written !== undefined && { output: written }),
  };
}
