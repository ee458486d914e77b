import type { LayerCost, NetworkCost, PeakMemory } from '@sepconv/cost-model';
import { formatShape, type Shape } from '@sepconv/tensor';
import type { CostAnalysis, MemoryAnalysis } from '../cost-analysis.js';
import { printable } from '../errors.js';
import { bar } from './bar.js';
import { formatBytes, formatCount, formatExact, formatFactor, formatPercent } from './numbers.js';
import { heading, longest, paragraphs, type Row, type Style, shorten, table } from './text.js';

/** Without the batch, which is 1 in almost every network and the same in every row. */
const imageOf = (shape: Shape): string => formatShape(shape.length > 1 ? shape.slice(1) : shape);

/** What every name begins with, up to its last `/`: model files put all layers in one scope. */
function commonScope(names: readonly string[]): string {
  const [first = ''] = names;
  let scope = first.slice(0, first.lastIndexOf('/') + 1);
  while (!names.every((name) => name.startsWith(scope))) {
    scope = scope.slice(0, scope.slice(0, -1).lastIndexOf('/') + 1);
  }
  return scope;
}

const shareOf = (part: number, whole: number): string => (whole === 0 ? '' : formatPercent(part / whole));

/** Columns that are not the layer's name, with the two spaces in front of each. */
const widthWithoutName = (rows: readonly (readonly string[])[]): number =>
  [1, 2, 3, 4, 5, 6]
    .map((column) => longest(rows.map((row) => row[column] ?? '')))
    .reduce((sum, width) => sum + (width === 0 ? 0 : 2 + width), 2);

/** A terminal that is narrower than this has better use for eight columns. */
const leastWidthForBars = 78;
const barWidth = 6;

/** A layer with its numbers under the convention that was asked for. */
type Counted = LayerCost & { readonly count: number; readonly size: number };

function layerTable({ cost, counted }: CostAnalysis, style: Style): string {
  const titles = ['layer', 'type', 'output', 'MACs', 'share', 'params', ''];
  const layers: Counted[] = cost.layers.map((layer, i) => ({
    ...layer,
    count: counted.layers[i]?.macs ?? 0,
    size: counted.layers[i]?.params ?? 0,
  }));
  const computing = layers.filter(({ macs }) => macs > 0);
  const scope = commonScope(computing.map(({ name }) => name));
  const most = Math.max(...computing.map(({ count }) => count));
  const hasBars = style.width >= leastWidthForBars;
  const rowOf = ({ name, type, outputShape, count, size }: Counted): string[] => [
    printable(name.slice(scope.length)),
    type,
    imageOf(outputShape),
    formatCount(count),
    shareOf(count, counted.totals.macs),
    formatCount(size),
    hasBars ? style.colors.cyan(bar(count / most, barWidth)) : '',
  ];
  const working = computing.map(rowOf);
  const others = layers.length - working.length;
  // What the rows that are left out have: a shared parameter counts once, as in the total.
  const rest = (key: 'count' | 'size', total: number): number =>
    Math.max(0, total - computing.reduce((sum, layer) => sum + layer[key], 0));
  const restMacs = rest('count', counted.totals.macs);
  const footer = [
    [
      `${others} without MACs`,
      '',
      '',
      restMacs === 0 ? '' : formatCount(restMacs),
      '',
      formatCount(rest('size', counted.totals.params)),
      '',
    ],
    ['total', '', '', formatCount(counted.totals.macs), '', formatCount(counted.totals.params), ''],
  ];
  const bars = hasBars ? [['', '', '', '', '', '', ' '.repeat(barWidth)]] : [];
  const nameWidth = Math.max(10, style.width - widthWithoutName([titles, ...working, ...footer, ...bars]));
  const shortened = working.map(([name = '', ...cells]) => [shorten(name, nameWidth), ...cells]);
  const rows: Row[] = [
    ...shortened,
    ...(others > 0 ? [footer[0] as string[]] : []),
    'rule',
    footer[1] as string[],
  ];
  const columns = titles.map((title, i) => ({
    title,
    align: i < 2 || i === 6 ? ('left' as const) : ('right' as const),
  }));
  return table(columns, rows, style);
}

function typeTable({ byType }: NetworkCost, style: Style): string {
  const columns = [
    { title: 'layer type', align: 'left' as const },
    { title: 'layers' },
    { title: 'MACs' },
    { title: 'share' },
    { title: 'params' },
    { title: 'share' },
  ];
  const rows = byType.map(({ type, layers, macs, macShare, params, paramShare }) => [
    type,
    String(layers),
    formatCount(macs),
    formatPercent(macShare),
    formatCount(params.trainable),
    formatPercent(paramShare.trainable),
  ]);
  return table(columns, rows, style);
}

/** The step with most live bytes, by the name of its first node. */
const peakOf = ({ peak }: PeakMemory): string => printable(peak.nodes[0] ?? 'the input');

/** What a toggle saves. */
function changeOf({ float32, int8, plainArenaBytes, inPlaceDepthwise }: MemoryAnalysis): string[] {
  const { patches } = int8;
  if (!inPlaceDepthwise && patches === undefined) return [];
  const what = [
    ...(inPlaceDepthwise ? [`${plural(float32.inPlace.length, 'depthwise layer')} in place`] : []),
    ...(patches === undefined ? [] : [`the first stage in ${patches.grid}×${patches.grid} patches`]),
  ].join(' and ');
  const more =
    patches === undefined
      ? ''
      : ` Patches end at ${printable(patches.until)} and compute ${formatPercent(patches.macsFactor - 1)} more.`;
  const plain = `${formatBytes(plainArenaBytes.float32)} and ${formatBytes(plainArenaBytes.int8)}`;
  return [`The peak memory is with ${what}; without, it is ${plain}.${more}`];
}

/** The convention's numbers, each with what it counts. */
function conventionOf({ counted }: CostAnalysis): string[] {
  const { convention, definitions, totals } = counted;
  if (convention === 'exact') return [];
  const number = (key: 'macs' | 'params' | 'activations', title: string): string =>
    `${formatExact(totals[key])} ${title} (${definitions[key]})`;
  return [
    `The table counts as ${convention} does: ${number('macs', 'MACs')}, ${number('params', 'parameters')} and ${number('activations', 'activations')}.`,
  ];
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** In both element types; of a network of integers in its own. */
export function peakText({ float32, int8 }: MemoryAnalysis): string {
  const bytes = formatBytes(float32.arenaBytes);
  return float32.type === 'own'
    ? `${bytes} with its integers`
    : `${bytes} as float32, ${formatBytes(int8.arenaBytes)} as int8`;
}

function totalsText({ cost: { totals }, memory }: CostAnalysis): string {
  const { params } = totals;
  const lines = [
    ['multiply-adds', `${formatExact(totals.macs)} MACs = ${formatExact(totals.flops)} FLOPs`],
    [
      'parameters',
      `${formatExact(params.trainable)} trainable, ${formatExact(params.total)} with BatchNorm's`,
    ],
    ['', `statistics, ${formatExact(params.folded)} after folding it`],
    [
      'memory',
      `${formatBytes(totals.weightBytes)} of weights, ${formatBytes(totals.activationBytes)} of activations made`,
    ],
    ['peak memory', `${peakText(memory)}, without weights,`],
    ['', `most of it at ${peakOf(memory.float32)}`],
    ['traffic', `${totals.intensity.toFixed(2)} FLOPs per byte read or written`],
  ];
  return `${lines.map(([title = '', text]) => `  ${title.padEnd(14)} ${text}`).join('\n')}\n`;
}

/** What a rewrite replaced, and what that changed. */
function rewriteOf({ rewrite, cost }: CostAnalysis): string[] {
  if (rewrite === undefined) return [];
  const { to, replaced, before } = rewrite;
  const now = cost.totals;
  const factor = (then: number, after: number): string =>
    then >= after ? `${formatFactor(then / after)} fewer` : `${formatFactor(after / then)} as many`;
  const macs = `${factor(before.totals.macs, now.macs)} MACs (${formatCount(before.totals.macs)} before)`;
  const params = `${factor(before.totals.params.total, now.params.total)} parameters (${formatCount(before.totals.params.total)} before)`;
  return [
    `${plural(replaced.length, 'layer')} made ${to}: ${macs}, ${params}. The network is another one and would have to be trained.`,
  ];
}

/** The costs of a network as text. */
export function costReport(title: string, analysis: CostAnalysis, style: Style): string {
  return [
    heading(title, style),
    layerTable(analysis, style),
    '\n',
    typeTable(analysis.cost, style),
    '\n',
    totalsText(analysis),
    '\n',
    paragraphs(
      [...leftOf(analysis), ...conventionOf(analysis), ...changeOf(analysis.memory), ...rewriteOf(analysis)],
      style,
    ),
  ].join('');
}

const csvColumns: readonly (readonly [title: string, value: (layer: LayerCost) => string | number])[] = [
  ['name', ({ name }) => name],
  ['op', ({ op }) => op],
  ['type', ({ type }) => type],
  ['input_shape', ({ inputShape }) => inputShape.join('x')],
  ['output_shape', ({ outputShape }) => outputShape.join('x')],
  ['macs', ({ macs }) => macs],
  ['flops', ({ flops }) => flops],
  ['params_weights', ({ params }) => params.weights],
  ['params_trainable', ({ params }) => params.trainable],
  ['params_total', ({ params }) => params.total],
  ['params_folded', ({ params }) => params.folded],
  ['activation_elements', ({ activationElements }) => activationElements],
  ['activation_bytes', ({ activationBytes }) => activationBytes],
  ['weight_bytes', ({ weightBytes }) => weightBytes],
  ['read_bytes', ({ readBytes }) => readBytes],
  ['written_bytes', ({ writtenBytes }) => writtenBytes],
  ['flops_per_byte', ({ intensity }) => intensity],
];

/** A field of RFC 4180; a name that a spreadsheet would run as a formula becomes text. */
function csvField(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const shown = printable(value);
  const text = /^\s*[=+\-@]/.test(shown) ? `'${shown}` : shown;
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line per node and no line of totals, so that a spreadsheet's sum is right. */
export function costCsv({ cost, counted }: CostAnalysis): string {
  const named = counted.convention === 'exact' ? [] : (['macs', 'params', 'activations'] as const);
  const titles = [
    ...csvColumns.map(([title]) => title),
    ...named.map((key) => `${counted.convention}_${key}`),
  ];
  const lines = cost.layers.map((layer, i) =>
    [
      ...csvColumns.map(([, value]) => csvField(value(layer))),
      ...named.map((key) => String(counted.layers[i]?.[key] ?? 0)),
    ].join(','),
  );
  return `${[titles.join(','), ...lines].join('\n')}\n`;
}

/** What of the file is not counted, since it could not be read: the first few by name. */
function leftOf({ left = [] }: CostAnalysis): string[] {
  const [first] = left;
  if (first === undefined) return [];
  const counts = new Map<string, number>();
  for (const { op } of left) counts.set(op, (counts.get(op) ?? 0) + 1);
  const ops = [...counts].slice(0, 8).map(([op, count]) => `${printable(op)} (${count}×)`);
  const more = counts.size > 8 ? ` and ${counts.size - 8} other ops` : '';
  return [
    `Not counted, since it cannot be read, or reads what cannot: ${ops.join(', ')}${more}. The first is "${printable(first.name)}": ${printable(first.why)}. --json lists every one under "left".`,
  ];
}
