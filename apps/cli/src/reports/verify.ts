import { type ArithmeticReport, arithmeticText } from '../arithmetic.js';
import { printable } from '../errors.js';
import { type EngineReport, engineText } from '../measure-graphs.js';
import type { LayerCheck } from '../verify/check-layers.js';
import { formatCount, formatPercent } from './numbers.js';
import { heading, paragraphs, type Style, shorten, table } from './text.js';

/** Every layer of a network, checked. */
export interface VerifyReport {
  readonly title: string;
  readonly engine: EngineReport;
  /** Of a model file: with which numbers it was computed. */
  readonly arithmetic?: ArithmeticReport;
  readonly input: { readonly seed: number } | { readonly image: string };
  /** In the order of the network. */
  readonly layers: readonly LayerCheck[];
  /** Outputs whose bits change when convolutions share strips; none, unless the engine is broken. */
  readonly changedByFusion: readonly string[];
  readonly warnings: readonly string[];
}

/** Layers that fit one screen with everything around them. */
const screenful = 14;

/** `1.23e-7`, or 0. */
const scientific = (value: number): string => (value === 0 ? '0' : value.toExponential(2));

function ratioText(ratio: number): string {
  if (!Number.isFinite(ratio)) return 'outside';
  return ratio > 10 ? `${formatCount(Math.round(ratio))}×` : formatPercent(ratio);
}

function rowOf(layer: LayerCheck, nameWidth: number, { colors }: Style): string[] {
  const ratio = ratioText(layer.errorOverBound);
  return [
    shorten(printable(layer.value), nameWidth),
    shorten(layer.ops.join(' + '), 20),
    scientific(layer.error),
    scientific(layer.bound),
    layer.outOfBounds > 0 ? colors.red(ratio) : ratio,
  ];
}

const worstFirst = (layers: readonly LayerCheck[]): LayerCheck[] =>
  layers.toSorted((a, b) => b.errorOverBound - a.errorOverBound);

function summary({ layers, engine, arithmetic, input, changedByFusion, warnings }: VerifyReport): string[] {
  const wrong = layers.filter(({ outOfBounds }) => outOfBounds > 0).length;
  const [worst] = worstFirst(layers);
  const where = 'image' in input ? printable(input.image) : `numbers of seed ${input.seed}`;
  const verdict =
    wrong > 0
      ? `${wrong} of ${layers.length} layers are OUTSIDE their bounds.`
      : `All ${layers.length} layers are within their bounds; the closest comes to ${formatPercent(worst?.errorOverBound ?? 0)} of what is allowed.`;
  const bits =
    changedByFusion.length > 0
      ? `Run with shared strips, ${changedByFusion.length} outputs have OTHER bits.`
      : 'Run as usual, with convolutions in shared strips, the outputs are the same bits.';
  const numbers = arithmetic === undefined ? '' : `; ${arithmeticText(arithmetic)}`;
  return [
    `${verdict} ${bits}`,
    `Engine ${engineText(engine)}${numbers}, on ${where}. Error and bound are those of the element that comes closest to its bound.`,
    ...warnings.map((warning) => `Note: ${printable(warning)}`),
  ];
}

/** The layers as a table: all in order where they fit a screen or are asked for, else those nearest to their bounds. */
export function verifyReport(report: VerifyReport, style: Style, isComplete: boolean): string {
  const { layers, title } = report;
  const isCut = !isComplete && layers.length > screenful;
  const shown = isCut ? worstFirst(layers).slice(0, screenful) : layers;
  const columns = [
    { title: 'layer', align: 'left' as const },
    { title: 'ops', align: 'left' as const },
    { title: 'error' },
    { title: 'bound' },
    { title: 'of bound' },
  ];
  const nameWidth = style.width - 2 - (2 + 20) - 2 * (2 + 8) - (2 + 8);
  const rows = shown.map((layer) => rowOf(layer, nameWidth, style));
  const more = isCut
    ? `  the ${screenful} of ${layers.length} layers nearest to their bounds; --all lists every one\n`
    : '';
  return [
    heading(printable(title), style),
    table(columns, rows, style),
    style.colors.dim(more),
    '\n',
    paragraphs(summary(report), style),
  ].join('');
}

/** The same as data. An infinite ratio is `null`. */
export function verifyJson({
  title,
  engine,
  arithmetic,
  layers,
  changedByFusion,
  ...rest
}: VerifyReport): object {
  const [worst] = worstFirst(layers);
  return {
    network: title,
    engine: engine.name,
    engineReason: engine.reason,
    ...(arithmetic && { arithmetic: arithmetic.name, arithmeticReason: arithmetic.reason }),
    ...rest,
    ok: layers.every(({ outOfBounds }) => outOfBounds === 0) && changedByFusion.length === 0,
    changedByFusion,
    worst: worst?.value ?? null,
    layers,
  };
}
