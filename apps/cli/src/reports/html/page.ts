/** @file One page about a network: numbers, charts and a sortable table, in a single file that asks nobody for anything. */
import { type LayerType, layerTypes, type Machine } from '@sepconv/cost-model';
import type { CostAnalysis } from '../../cost-analysis.js';
import type { Profile } from '../../profile/profile-network.js';
import { compare } from '../comparison.js';
import { peakText } from '../cost.js';
import { formatBytes, formatCount, formatExact, formatMilliseconds, formatPercent } from '../numbers.js';
import { css, script } from './assets.js';
import {
  attainablePoints,
  comparisonChart,
  measuredPoints,
  memoryChart,
  rooflineChart,
  typesChart,
} from './charts.js';
import { escapeHtml } from './escape.js';
import { type Column, sortableTable } from './table.js';

/** What a page is about. */
export interface HtmlReport {
  readonly analysis: CostAnalysis;
  /** The network that it is compared with. */
  readonly other?: CostAnalysis;
  /** Where it was measured, or predicted for a machine. */
  readonly profile?: Profile;
}

/**
 * The roof of a page without a profile: a round machine, so that layers can be told apart. One core of a laptop computes about
 * so fast in WebAssembly and gets its bytes about so fast.
 */
const roundMachine: Machine = {
  name: 'a round machine of 100 GFLOP/s and 25 GB/s',
  flopsPerSecond: 100e9,
  levels: [{ bytes: Infinity, bytesPerSecond: 25e9 }],
};

function fact(title: string, value: string, small = ''): string {
  const note = small === '' ? '' : `<small>${escapeHtml(small)}</small>`;
  return `<div><dt>${escapeHtml(title)}</dt><dd>${escapeHtml(value)}${note}</dd></div>`;
}

function facts({ cost, counted, memory }: CostAnalysis, profile: Profile | undefined): string {
  const { totals } = cost;
  const named =
    counted.convention === 'exact'
      ? []
      : [
          fact(
            `MACs as ${counted.convention} counts`,
            formatCount(counted.totals.macs),
            counted.definitions.macs,
          ),
          fact(
            `parameters as ${counted.convention} counts`,
            formatCount(counted.totals.params),
            counted.definitions.params,
          ),
        ];
  const time =
    profile === undefined
      ? []
      : [
          fact(
            'time, predicted',
            formatMilliseconds(profile.totals.predictedMs),
            `on ${profile.machine.name}`,
          ),
          ...(profile.totals.measuredMs === null
            ? []
            : [
                fact(
                  'time, measured',
                  formatMilliseconds(profile.totals.measuredMs),
                  `engine ${profile.engine.name}`,
                ),
              ]),
        ];
  const ofIntegers = memory.float32.type === 'own';
  return `<dl class="facts">${[
    fact('multiply-adds', formatCount(totals.macs), `${formatExact(totals.macs)} MACs`),
    fact(
      'parameters',
      formatCount(totals.params.trainable),
      `${formatExact(totals.params.total)} with BatchNorm's statistics`,
    ),
    fact(
      `peak memory${ofIntegers ? '' : ', float32'}`,
      formatBytes(memory.float32.arenaBytes),
      `most at ${memory.float32.peak.nodes[0] ?? 'the input'}`,
    ),
    ...(ofIntegers
      ? []
      : [fact('peak memory, int8', formatBytes(memory.int8.arenaBytes), 'beside the weights')]),
    fact(
      `weights${ofIntegers ? '' : ', float32'}`,
      formatBytes(memory.float32.weightBytes),
      ofIntegers ? 'with their integers' : 'after BatchNorm is folded',
    ),
    fact('arithmetic intensity', totals.intensity.toFixed(2), 'FLOPs per byte'),
    ...named,
    ...time,
  ].join('')}</dl>`;
}

const legend = (types: readonly string[]): string =>
  `<ul class="legend">${types.map((type) => `<li><i class="type-${type}"></i>${escapeHtml(type)}</li>`).join('')}</ul>`;

interface Row {
  readonly name: string;
  readonly type: LayerType;
  readonly output: string;
  readonly macs: number;
  readonly params: number;
  readonly bytes: number;
  readonly intensity: number;
}

const layerColumns: readonly Column<Row>[] = [
  { title: 'layer', text: ({ name }) => name },
  { title: 'type', text: ({ type }) => type, isText: true },
  { title: 'output', text: ({ output }) => output, isText: true },
  { title: 'MACs', text: ({ macs }) => formatExact(macs), value: ({ macs }) => macs },
  { title: 'parameters', text: ({ params }) => formatExact(params), value: ({ params }) => params },
  { title: 'bytes moved', text: ({ bytes }) => formatBytes(bytes), value: ({ bytes }) => bytes },
  { title: 'FLOPs/byte', text: ({ intensity }) => intensity.toFixed(2), value: ({ intensity }) => intensity },
];

function layerTable({ cost, counted }: CostAnalysis): string {
  const rows = cost.layers.map((layer, i): Row => {
    const { macs = 0, params = 0 } = counted.layers[i] ?? {};
    const bytes = layer.readBytes + layer.writtenBytes;
    const { name, type, intensity } = layer;
    return { name, type, output: layer.outputShape.join('×'), macs, params, bytes, intensity };
  });
  const { macs, params } = counted.totals;
  const footer = [
    'total',
    '',
    '',
    formatExact(macs),
    formatExact(params),
    formatBytes(cost.totals.readBytes + cost.totals.writtenBytes),
    cost.totals.intensity.toFixed(2),
  ];
  return sortableTable('layers', layerColumns, rows, footer);
}

type Layer = Profile['layers'][number];

const profileColumns: readonly Column<Layer>[] = [
  { title: 'layer', text: ({ nodes }) => nodes.join(' + ') },
  { title: 'type', text: ({ types }) => types.join(' + '), isText: true },
  {
    title: 'predicted',
    text: ({ predictedMs }) => formatMilliseconds(predictedMs),
    value: ({ predictedMs }) => predictedMs,
  },
  {
    title: 'measured',
    text: ({ measuredMs }) => (measuredMs === null ? '' : formatMilliseconds(measuredMs)),
    value: ({ measuredMs }) => measuredMs ?? 0,
  },
  { title: 'bound by', text: ({ boundBy }) => boundBy, isText: true },
  {
    title: 'of the ceiling',
    text: ({ ceilingFraction }) => formatPercent(ceilingFraction),
    value: ({ ceilingFraction }) => ceilingFraction,
  },
];

function timeSection({ analysis, profile }: HtmlReport): string {
  const machine = profile?.machine ?? roundMachine;
  const points = profile === undefined ? attainablePoints(analysis, machine) : measuredPoints(profile);
  const types = [...new Set(points.map(({ type }) => type))];
  const what =
    profile === undefined
      ? `Where each layer could be at best on ${machine.name}. <code>sepconv profile</code> draws the same with this machine's own ceilings and measured times.`
      : `Each layer where it was ${profile.totals.measuredMs === null ? 'predicted' : 'measured'}, below the ceilings of ${escapeHtml(machine.name)}.`;
  const times =
    profile === undefined
      ? ''
      : `<h2>Time, layer by layer</h2>${sortableTable('times', profileColumns, profile.layers)}`;
  return `<h2>Roofline</h2><p class="dim">${what}</p>${rooflineChart('roofline', `Roofline of ${analysis.title}`, machine, points)}${legend(types)}${times}`;
}

function memorySection({ title, memory }: CostAnalysis): string {
  const { float32, int8, schedule, inPlaceDepthwise } = memory;
  const owner =
    schedule === 'engine'
      ? "Under the engine's own plan: the arena is what a session allocates, to the byte."
      : "Under the graph's own order, with norms, activations and additions done in the store of the layer before.";
  const toggles = [
    ...(inPlaceDepthwise ? [`${float32.inPlace.length} depthwise layers overwrite their input.`] : []),
    ...(int8.patches === undefined
      ? []
      : [
          `The first stage, up to ${int8.patches.until}, runs in ${int8.patches.grid}×${int8.patches.grid} patches.`,
        ]),
  ].join(' ');
  return `<h2>Memory over time</h2><p class="dim">${escapeHtml(`${owner} ${toggles} ${peakText(memory)}, beside the weights.`)}</p>${memoryChart('memory', title, float32)}`;
}

function comparisonSection(analysis: CostAnalysis, other: CostAnalysis): string {
  const numbers = compare(analysis, other);
  const names = [analysis.title, other.title] as const;
  const legendItems = names
    .map((name, i) => `<li><i class="side-${i}"></i>${escapeHtml(name)}</li>`)
    .join('');
  const columns: readonly Column<(typeof numbers)[number]>[] = [
    { title: 'number', text: ({ title }) => title },
    { title: names[0], text: ({ a, format }) => format(a), value: ({ a }) => a },
    { title: names[1], text: ({ b, format }) => format(b), value: ({ b }) => b },
    {
      title: 'ratio',
      text: ({ ratio }) => (ratio === null ? '' : ratio.toFixed(3)),
      value: ({ ratio }) => ratio ?? 0,
    },
  ];
  return `<h2>Compared</h2><ul class="legend">${legendItems}</ul>${comparisonChart('comparison', names, numbers)}${sortableTable('compared', columns, numbers)}<h2>${escapeHtml(names[1])}: where it goes</h2>${typesChart('other-types', other)}`;
}

/** The page as text. */
export function htmlReport(report: HtmlReport): string {
  const { analysis, other, profile } = report;
  const { title, inputs, cost } = analysis;
  const colours = layerTypes
    .map(
      (type) => `svg .type-${type} { fill: var(--${type}); } i.type-${type} { background: var(--${type}); }`,
    )
    .join('\n');
  const sides =
    '.legend i.side-0 { background: var(--depthwise); } .legend i.side-1 { background: var(--dense); }';
  // No source is allowed but the page itself: what somebody's file put into a name cannot fetch anything.
  const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}: what it costs</title>
<style>${css.replace('TYPES', `${colours}\n${sides}`)}</style>
<h1>${escapeHtml(title)}</h1>
<p class="dim">Input ${escapeHtml(inputs)}. ${cost.layers.length} nodes. FLOPs are 2 · MACs.</p>
${facts(analysis, profile)}
<h2>Where it goes</h2>
${typesChart('types', analysis)}
${legend(cost.byType.map(({ type }) => type))}
${other === undefined ? '' : comparisonSection(analysis, other)}
${timeSection(report)}
${memorySection(analysis)}
<h2>Layers</h2>
${layerTable(analysis)}
<p class="dim">Written by sepconv.</p>
<script>${script}</script>
`;
}
