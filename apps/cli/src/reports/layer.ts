import type { Account } from '@sepconv/cost-model';
import type { LayerReport } from './layer-report.js';
import { formatCount, formatFactor, formatMilliseconds, formatRate } from './numbers.js';
import { speedupReasons } from './speedup.js';
import { heading, paragraphs, type Row, type Style, table } from './text.js';

/** The parts in the order of the table. */
const parts = ['standard', 'depthwise', 'pointwise', 'separable'] as const;

const image = (height: number, width: number, channels: number) => `${height}×${width}×${channels}`;

/** `3×3 convolution, 56×56×128 → 56×56×256`. */
function layerTitle({ layer, account }: LayerReport): string {
  const { height, width, inputChannels, outputChannels, kernel, stride } = layer;
  const from = image(height, width, inputChannels);
  const to = image(account.output.height, account.output.width, outputChannels);
  return `A ${kernel}×${kernel} convolution, ${from} → ${to}${stride === 1 ? '' : `, stride ${stride}`}`;
}

function accountTable({ account, measured }: LayerReport, style: Style): string {
  const timed = measured === undefined ? [] : [{ title: 'time' }, { title: 'speed' }];
  const rowOf = (part: (typeof parts)[number]): Row => {
    const { macs, flops, params }: Account = account[part];
    const cells = [part, formatCount(macs), formatCount(params)];
    if (measured === undefined) return cells;
    const { milliseconds } = measured[part];
    return [...cells, formatMilliseconds(milliseconds), formatRate(flops, milliseconds)];
  };
  const rows: Row[] = parts.flatMap((part): Row[] =>
    part === 'separable' ? ['rule', rowOf(part)] : [rowOf(part)],
  );
  const columns = [
    { title: 'layer', align: 'left' as const },
    { title: 'MACs' },
    { title: 'weights' },
    ...timed,
  ];
  return table(columns, rows, style);
}

/** The formulas below each other, numbers in place of symbols, so that they can be checked with a calculator. */
function formulas({ account }: LayerReport, { colors }: Style): string {
  const lines = parts.slice(0, 3).map((part) => {
    const { symbolic, substituted } = account[part].formulas.macs;
    return `  ${part.padEnd(9)}  ${symbolic.padEnd(20)}  ${colors.dim('=')} ${substituted}`;
  });
  const notes = [
    'H and W are those of the output. The weights are the same without H·W.',
    'A MAC is one multiply-add and 2 FLOPs; much literature calls it one FLOP.',
  ];
  return `${[...lines, ...notes.map((note) => `  ${colors.dim(note)}`)].join('\n')}\n`;
}

/** `8.69× fewer` or, where a layer is too small to save anything, `1.11× more`. */
const compared = (factor: number, less: string, more: string): string =>
  factor >= 1 ? `${formatFactor(factor)} ${less}` : `${formatFactor(1 / factor)} ${more}`;

function ratio({ account, measured }: LayerReport, { colors }: Style): string {
  const { fraction, value, formula, approximation } = account.ratio;
  const lines = [
    `  R = separable / standard = ${formula.symbolic} = ${fraction} = ${colors.bold(value.toFixed(6))}`,
    `  about ${approximation.formula.symbolic} = ${approximation.formula.substituted} = ${approximation.value.toFixed(6)} where C_out is large`,
    '',
    `  on paper  ${colors.bold(compared(1 / value, 'fewer', 'more'))} multiply-adds and weights`,
  ];
  if (measured !== undefined) {
    const speedup = measured.standard.milliseconds / measured.separable.milliseconds;
    const { name } = measured.engine;
    lines.push(
      `  measured  ${colors.bold(compared(speedup, 'faster', 'slower'))} on this machine, engine ${name}`,
    );
  }
  return `${lines.join('\n')}\n\n`;
}

/** The account of one layer as text. */
export function layerReport(report: LayerReport, style: Style): string {
  const { measured } = report;
  const reasons = measured === undefined ? [] : speedupReasons({ ...report, measured });
  return [
    heading(layerTitle(report), style),
    accountTable(report, style),
    '\n',
    formulas(report, style),
    '\n',
    ratio(report, style),
    paragraphs(reasons, style),
  ].join('');
}

/** The account of one layer as data. */
export function layerJson({ layer, account, measured }: LayerReport): object {
  const { ratio: r, breakEven, output, ...accounts } = account;
  if (measured === undefined) return { layer, output, ...accounts, ratio: r, breakEven };
  const { engine, isSteady, ...timings } = measured;
  const rate = (part: (typeof parts)[number]) => account[part].flops / timings[part].milliseconds / 1e6;
  return {
    layer,
    output,
    ...accounts,
    ratio: r,
    breakEven,
    measured: {
      engine: engine.name,
      standardMs: timings.standard.milliseconds,
      separableMs: timings.separable.milliseconds,
      depthwiseMs: timings.depthwise.milliseconds,
      pointwiseMs: timings.pointwise.milliseconds,
      speedup: timings.standard.milliseconds / timings.separable.milliseconds,
      theoreticalSpeedup: 1 / r.value,
      gigaflopsPerSecond: Object.fromEntries(parts.map((part) => [part, rate(part)])),
      samples: timings.standard.samples,
      steady: isSteady,
      spread: Math.max(...parts.map((part) => timings[part].spread)),
      reasons: speedupReasons({ layer, account, measured }),
    },
  };
}
