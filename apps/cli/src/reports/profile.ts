import { attainableFlops } from '@sepconv/cost-model';
import { arithmeticText } from '../arithmetic.js';
import { printable } from '../errors.js';
import { engineText } from '../measure-graphs.js';
import type { LayerProfile, Profile } from '../profile/profile-network.js';
import { bar } from './bar.js';
import { brailleChart } from './braille.js';
import { formatBytes, formatMilliseconds, formatPercent, threeDigits } from './numbers.js';
import { heading, longest, paragraphs, type Style, shorten, table } from './text.js';

const barWidth = 10;
const shownMs = ({ measuredMs, predictedMs }: LayerProfile): number => measuredMs ?? predictedMs;

function layerTable({ layers, totals }: Profile, style: Style): string {
  const isMeasured = totals.measuredMs !== null;
  const titles = ['layer', 'predicted', ...(isMeasured ? ['measured'] : []), 'bound by', 'ceiling', 'time'];
  const most = Math.max(...layers.map(shownMs));
  const cells = layers.map((layer) => [
    printable(layer.nodes.length > 1 ? `${layer.name} +${layer.nodes.length - 1}` : layer.name),
    formatMilliseconds(layer.predictedMs),
    ...(layer.measuredMs === null ? [] : [formatMilliseconds(layer.measuredMs)]),
    layer.boundBy,
    formatPercent(layer.ceilingFraction),
    style.colors.cyan(bar(shownMs(layer) / most, barWidth)),
  ]);
  const total = [
    'total',
    formatMilliseconds(totals.predictedMs),
    ...(totals.measuredMs === null ? [] : [formatMilliseconds(totals.measuredMs)]),
    '',
    formatPercent(totals.rooflineMs / (totals.measuredMs ?? totals.predictedMs)),
    '',
  ];
  const others = titles
    .slice(1)
    .map((title, i) => 2 + longest([title, ...[...cells, total].map((row) => row[i + 1] ?? '')]));
  const nameWidth = Math.max(12, style.width - 2 - others.reduce((sum, width) => sum + width, 0));
  const rows = cells.map(([name = '', ...rest]) => [shorten(name, nameWidth), ...rest]);
  const left = new Set(['layer', 'bound by', 'time']);
  const columns = titles.map((title) => ({
    title,
    align: left.has(title) ? ('left' as const) : ('right' as const),
  }));
  return table(columns, [...rows, 'rule', total], style);
}

/** Every layer on several threads beside one. */
function threadsTable({ layers, totals, threads }: Profile, style: Style): string {
  if (threads === undefined) return '';
  const cells = threads.layers.map((shared, index) => {
    const layer = layers[index] as LayerProfile;
    return [
      printable(layer.nodes.length > 1 ? `${layer.name} +${layer.nodes.length - 1}` : layer.name),
      formatMilliseconds(shownMs(layer)),
      formatMilliseconds(shared.predictedMs),
      ...(shared.measuredMs === null ? [] : [formatMilliseconds(shared.measuredMs)]),
      String(shared.threads),
      `${shared.scaling.toFixed(2)}×`,
    ];
  });
  const isMeasured = threads.measuredMs !== null;
  const alone = totals.measuredMs ?? totals.predictedMs;
  const total = [
    'total',
    formatMilliseconds(alone),
    formatMilliseconds(threads.predictedMs),
    ...(threads.measuredMs === null ? [] : [formatMilliseconds(threads.measuredMs)]),
    String(threads.threads),
    `${(alone / (threads.measuredMs ?? threads.predictedMs)).toFixed(2)}×`,
  ];
  const titles = [
    'layer',
    'one thread',
    'predicted',
    ...(isMeasured ? ['measured'] : []),
    'threads',
    'faster',
  ];
  const nameWidth = Math.max(12, style.width - 2 - 13 * (titles.length - 1));
  const rows = cells.map(([name = '', ...rest]) => [shorten(name, nameWidth), ...rest]);
  const columns = titles.map((title, i) => ({
    title,
    align: i === 0 ? ('left' as const) : ('right' as const),
  }));
  const efficiency = formatPercent(threads.efficiency);
  const words = `Threads: ${threads.reason}. Each further thread adds ${efficiency} of the first to a network that was measured for it; predictions go by that.`;
  return `${table(columns, [...rows, 'rule', total], style)}\n${paragraphs([words], style)}`;
}

/** Every layer with arithmetic below the roof of the working set that most of them have. */
function rooflineChart({ layers, machine }: Profile, style: Style): string {
  const points = layers
    .filter(({ flops }) => flops > 0)
    .map((layer) => ({ x: layer.intensity, y: layer.flops / shownMs(layer) / 1e6, bytes: layer.bytes }));
  if (points.length === 0) return '';
  const bytes = points.map((point) => point.bytes).sort((a, b) => a - b)[points.length >> 1] as number;
  const peak = machine.flopsPerSecond / 1e9;
  const low = Math.min(...points.map(({ y }) => y));
  return brailleChart(
    {
      width: Math.min(64, style.width - 12),
      height: 12,
      xRange: [Math.min(0.5, ...points.map(({ x }) => x)), Math.max(100, ...points.map(({ x }) => x))],
      yRange: [Math.min(low, peak / 20), 1.3 * peak],
      points,
      curve: (x) => attainableFlops(machine, x, bytes) / 1e9,
    },
    `FLOPs per byte; the roof is for working sets of ${formatBytes(bytes)}`,
    'GFLOP/s',
  );
}

function notes({ engine, arithmetic, machine, calibration, totals }: Profile): string[] {
  const levels = machine.levels
    .map(({ bytes, bytesPerSecond }) => {
      const size = bytes === Infinity ? 'beyond' : `up to ${formatBytes(bytes)}`;
      return `${threeDigits(bytesPerSecond / 1e9)} GB/s ${size}`;
    })
    .join(', ');
  const ceilings = `${printable(machine.name)}: ${threeDigits(machine.flopsPerSecond / 1e9)} GFLOP/s; ${levels}.`;
  const source =
    calibration === null
      ? 'Predicted is the roofline: what the described machine can do at best.'
      : `Predicted by prices learnt from ${calibration.kernels} other kernels on ${calibration.madeAt.slice(0, 16).replace('T', ' ')} UTC; a reference network takes ${threeDigits(calibration.drift)} times as long now as then, and so the predictions are multiplied by it.`;
  const error =
    totals.measuredMs === null
      ? []
      : [
          `The whole network is predicted ${signed(totals.predictedMs / totals.measuredMs - 1)}, the median layer within ${formatPercent(totals.medianLayerError ?? 0)}. A whole run at once took ${formatMilliseconds(totals.runMs ?? 0)}.`,
        ];
  const numbers = arithmetic === undefined ? '' : `; ${arithmeticText(arithmetic)}`;
  return [...error, `Engine ${engineText(engine)}${numbers}. ${ceilings}`, source];
}

const signed = (share: number): string => `${share < 0 ? '−' : '+'}${formatPercent(Math.abs(share))}`;

/** A profile as text. */
export function profileReport(profile: Profile, style: Style): string {
  return [
    heading(printable(profile.title), style),
    layerTable(profile, style),
    '\n',
    threadsTable(profile, style),
    rooflineChart(profile, style),
    '\n',
    paragraphs(notes(profile), style),
  ].join('');
}

/** A profile as data. Main memory has no size, which JSON writes as null. */
export function profileJson(profile: Profile): object {
  const { title, engine, arithmetic, ...rest } = profile;
  return {
    name: title,
    engine: engine.name,
    engineReason: engine.reason,
    ...(arithmetic && { arithmetic: arithmetic.name, arithmeticReason: arithmetic.reason }),
    ...rest,
  };
}
