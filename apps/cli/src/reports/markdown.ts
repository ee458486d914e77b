/** @file The costs of a network as Markdown, for a README or an issue. */
import type { CostAnalysis } from '../cost-analysis.js';
import { printable } from '../errors.js';
import { compare } from './comparison.js';
import { peakText } from './cost.js';
import { formatPercent } from './numbers.js';

/** A cell cannot end its column, and a name from a file cannot start markup. */
const cell = (text: string): string =>
  printable(text).replace(/[\\|`*_<[\]]/g, (character) => `\\${character}`);

const exactly = (value: number): string => value.toLocaleString('en');

/** A table; columns after the first `texts` are numbers. */
function table(titles: readonly string[], rows: readonly (readonly string[])[], texts = 1): string {
  const rule = titles.map((_, i) => (i < texts ? '---' : '--:'));
  return `${[titles, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

function totals({ cost, counted, memory }: CostAnalysis): string {
  const { params } = cost.totals;
  const rows = [
    ['MACs', exactly(cost.totals.macs)],
    ['FLOPs (2 · MACs)', exactly(cost.totals.flops)],
    ['trainable parameters', exactly(params.trainable)],
    ["parameters with BatchNorm's statistics", exactly(params.total)],
    ['parameters after folding', exactly(params.folded)],
    ['peak memory', peakText(memory)],
    ['FLOPs per byte', cost.totals.intensity.toFixed(2)],
  ];
  const named =
    counted.convention === 'exact'
      ? []
      : [
          [`MACs as ${counted.convention} counts`, exactly(counted.totals.macs)],
          [`parameters as ${counted.convention} counts`, exactly(counted.totals.params)],
          [`activations as ${counted.convention} counts`, exactly(counted.totals.activations)],
        ];
  return table(['', 'number'], [...rows, ...named]);
}

/** A network's costs, and how it compares, as Markdown. */
export function costMarkdown(analysis: CostAnalysis, other?: CostAnalysis): string {
  const { title, inputs, cost, counted } = analysis;
  const layers = cost.layers.flatMap((layer, i) => {
    const { macs = 0, params = 0 } = counted.layers[i] ?? {};
    if (macs === 0 && params === 0) return [];
    const shape = layer.outputShape.join('×');
    return [
      [cell(layer.name), layer.type, shape, exactly(macs), exactly(params), layer.intensity.toFixed(2)],
    ];
  });
  const types = cost.byType.map(({ type, layers: count, macs, macShare, params, paramShare }) => [
    type,
    String(count),
    exactly(macs),
    formatPercent(macShare),
    exactly(params.trainable),
    formatPercent(paramShare.trainable),
  ]);
  const compared =
    other === undefined
      ? []
      : [
          '## Compared\n',
          table(
            ['', cell(title), cell(other.title), 'ratio'],
            compare(analysis, other).map(({ title: what, a, b, ratio, format }) => [
              what,
              format(a),
              format(b),
              ratio === null ? '' : ratio.toFixed(3),
            ]),
          ),
        ];
  return [
    `# ${cell(title)}\n`,
    `Input ${inputs}.\n`,
    totals(analysis),
    ...compared,
    '## By layer type\n',
    table(['type', 'layers', 'MACs', 'share', 'parameters', 'share'], types),
    '## Layers\n',
    table(['layer', 'type', 'output', 'MACs', 'parameters', 'FLOPs/byte'], layers, 3),
  ].join('\n');
}
