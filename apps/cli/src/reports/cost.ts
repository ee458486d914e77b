import type { LayerCost, NetworkCost } from '@sepconv/cost-model';
import { formatShape, type Shape } from '@sepconv/tensor';
import { printable } from '../errors.js';
import { formatBytes, formatCount, formatExact, formatPercent } from './numbers.js';
import { heading, longest, type Row, type Style, shorten, table } from './text.js';

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
  [1, 2, 3, 4, 5]
    .map((column) => 2 + longest(rows.map((row) => row[column] ?? '')))
    .reduce((sum, width) => sum + width, 2);

function layerTable({ layers, totals }: NetworkCost, style: Style): string {
  const titles = ['layer', 'type', 'output', 'MACs', 'share', 'params'];
  const computing = layers.filter(({ macs }) => macs > 0);
  const scope = commonScope(computing.map(({ name }) => name));
  const rowOf = ({ name, type, outputShape, macs, params }: LayerCost): string[] => [
    printable(name.slice(scope.length)),
    type,
    imageOf(outputShape),
    formatCount(macs),
    shareOf(macs, totals.macs),
    formatCount(params.trainable),
  ];
  const working = computing.map(rowOf);
  const others = layers.length - working.length;
  const footer = [
    [`${others} without MACs`, '', '', '', '', ''],
    ['total', '', '', formatCount(totals.macs), '', formatCount(totals.params.trainable)],
  ];
  // Parameters of BatchNorm layers, whose rows are left out: a shared parameter counts once, as in the total.
  const shown = computing.reduce((sum, { params }) => sum + params.trainable, 0);
  (footer[0] as string[])[5] = formatCount(Math.max(0, totals.params.trainable - shown));
  const nameWidth = Math.max(10, style.width - widthWithoutName([titles, ...working, ...footer]));
  const shortened = working.map(([name = '', ...cells]) => [shorten(name, nameWidth), ...cells]);
  const rows: Row[] = [
    ...shortened,
    ...(others > 0 ? [footer[0] as string[]] : []),
    'rule',
    footer[1] as string[],
  ];
  const columns = titles.map((title, i) => ({
    title,
    align: i < 2 ? ('left' as const) : ('right' as const),
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

function totalsText({ totals }: NetworkCost): string {
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
  ];
  return `${lines.map(([title = '', text]) => `  ${title.padEnd(14)} ${text}`).join('\n')}\n`;
}

/** The costs of a network as text. */
export function costReport(title: string, cost: NetworkCost, style: Style): string {
  return [
    heading(title, style),
    layerTable(cost, style),
    '\n',
    typeTable(cost, style),
    '\n',
    totalsText(cost),
    '\n',
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
];

/** A field of RFC 4180; a name that a spreadsheet would run as a formula becomes text. */
function csvField(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line per node and no line of totals, so that a spreadsheet's sum is right. */
export function costCsv({ layers }: NetworkCost): string {
  const lines = layers.map((layer) => csvColumns.map(([, value]) => csvField(value(layer))).join(','));
  return `${[csvColumns.map(([title]) => title).join(','), ...lines].join('\n')}\n`;
}
