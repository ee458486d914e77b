import type { NetworkCost } from '@sepconv/cost-model';
import type { Timing } from '@sepconv/kernels/measure';
import type { DigitsResult } from '../digits/classify-digits.js';
import type { EngineReport } from '../measure-graphs.js';
import { digitsJson, digitsReport } from './digits.js';
import { layerJson, layerReport } from './layer.js';
import type { LayerReport } from './layer-report.js';
import { formatCount, formatFactor, formatMilliseconds, formatPercent, formatRate } from './numbers.js';
import { heading, paragraphs, type Style, table } from './text.js';

/** A network and how long it took. */
export interface MeasuredNetwork {
  readonly cost: NetworkCost;
  readonly timing: Timing;
}

export interface DemoReport {
  readonly digits: DigitsResult;
  readonly layer: LayerReport;
  readonly engine: EngineReport;
  readonly separable: MeasuredNetwork;
  readonly standard: MeasuredNetwork;
}

const networkTitles = [
  ['separable', 'MobileNetV1'],
  ['standard', 'its twin of standard convolutions'],
] as const;

function networkTable(report: DemoReport, style: Style): string {
  const columns = [
    { title: 'network', align: 'left' as const },
    { title: 'MACs' },
    { title: 'params' },
    { title: 'time' },
    { title: 'speed' },
  ];
  const rows = networkTitles.map(([key, title]) => {
    const { cost, timing } = report[key];
    const { macs, flops, params } = cost.totals;
    const rate = formatRate(flops, timing.milliseconds);
    return [
      title,
      formatCount(macs),
      formatCount(params.trainable),
      formatMilliseconds(timing.milliseconds),
      rate,
    ];
  });
  const [small, large] = [report.separable, report.standard];
  const ratio = [
    'ratio',
    formatFactor(large.cost.totals.macs / small.cost.totals.macs),
    formatFactor(large.cost.totals.params.trainable / small.cost.totals.params.trainable),
    formatFactor(large.timing.milliseconds / small.timing.milliseconds),
    '',
  ];
  return table(columns, [...rows, 'rule', ratio], style);
}

function explanation({ separable, standard }: DemoReport): string[] {
  const share = (type: string) => separable.cost.byType.find((entry) => entry.type === type)?.macShare ?? 0;
  const paper = standard.cost.totals.macs / separable.cost.totals.macs;
  const speedup = standard.timing.milliseconds / separable.timing.milliseconds;
  return [
    'Why: a standard convolution filters space and mixes channels in one sum of K²·C_in products for each output. A separable one does it in two steps: each channel is filtered by itself (depthwise, K² products), and then channels are mixed pixel by pixel (pointwise, C_in products). K² + C_out products for each number that comes in instead of K²·C_out: for 3×3 windows eight to nine times fewer.',
    `In MobileNetV1 the pointwise steps have ${formatPercent(share('pointwise'))} of the multiply-adds and the depthwise steps ${formatPercent(share('depthwise'))}, so speed is decided by a fast pointwise kernel and a depthwise kernel that does not wait for memory. On paper the network is ${formatFactor(paper)} cheaper than its twin, here it is ${formatFactor(speedup)} faster. The accuracy that the authors report is 70.6 % against 71.7 % on ImageNet (arXiv:1704.04861, table 4).`,
  ];
}

/** The demonstration as text. */
export function demoReport(report: DemoReport, style: Style): string {
  const input = report.separable.cost.layers[0]?.inputShape.join('×');
  return [
    digitsReport(report.digits, style),
    layerReport(report.layer, style),
    heading(`A whole network, input ${input}, seeded weights, engine ${report.engine.name}`, style),
    networkTable(report, style),
    '\n',
    paragraphs(explanation(report), style),
    paragraphs(
      ['Next: sepconv layer --help, sepconv cost mobilenet-v1, sepconv run --help, sepconv train digits'],
      style,
    ),
  ].join('');
}

/** The demonstration as data. */
export function demoJson({ digits, layer, engine, separable, standard }: DemoReport): object {
  const network = ({ cost, timing }: MeasuredNetwork) => ({
    name: cost.name,
    macs: cost.totals.macs,
    flops: cost.totals.flops,
    params: cost.totals.params,
    milliseconds: timing.milliseconds,
    samples: timing.samples,
    spread: timing.spread,
  });
  return {
    digits: digitsJson(digits),
    layer: layerJson(layer),
    engine: engine.name,
    networks: { separable: network(separable), standard: network(standard) },
    speedup: standard.timing.milliseconds / separable.timing.milliseconds,
    theoreticalSpeedup: standard.cost.totals.macs / separable.cost.totals.macs,
  };
}
