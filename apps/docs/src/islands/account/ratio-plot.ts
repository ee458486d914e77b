/** @file Draws the curve with Observable Plot. Loaded on its own, when the page needs it. */
import {
  Area,
  type AreaOptions,
  type Data,
  dot,
  line,
  plot,
  type RenderableMark,
  ruleX,
  ruleY,
  text,
} from '@observablehq/plot';
import { chartStyle, narrow } from '../charts/style.js';
import { mostOutputChannels, type RatioPoint } from './ratio-curve-data.js';

/** The mark itself, whose types have no constructor: `areaY` would bring stacks and bins into the page, which nothing here needs. */
const area = (data: Data, options: AreaOptions): RenderableMark =>
  new (Area as new (data: Data, options: AreaOptions) => RenderableMark)(data, options);

/** What to draw, and the words on it. */
export interface RatioPlot {
  readonly points: readonly RatioPoint[];
  readonly here: RatioPoint;
  /** What R approaches: `M/K²`. */
  readonly approximation: number;
  readonly approximationLabel: string;
  readonly words: { readonly curveX: string; readonly curveY: string; readonly breakEven: string };
}

/** A horizontal line with its meaning at the right end. */
function namedRule(y: number, name: string, colour: string, dash: string) {
  const label = { x: mostOutputChannels, y, text: () => name, fill: colour };
  return [
    ruleY([y], { stroke: colour, strokeDasharray: dash }),
    text([0], { ...label, textAnchor: 'end', dy: -9, fontWeight: 600 }),
  ];
}

/** An SVG of the ratio: pointwise share below, depthwise share on top of it, their sum as a line. */
export function drawRatio(
  { points, here, approximation, approximationLabel, words }: RatioPlot,
  width: number,
): Element {
  const isNarrow = width < narrow;
  const along = { x: 'outputChannels', curve: 'monotone-x' } as const;
  const band = { x1: 'outputChannels', curve: 'monotone-x', fillOpacity: 0.3 } as const;
  return plot({
    width,
    height: isNarrow ? 230 : 270,
    marginLeft: 40,
    marginRight: 18,
    marginBottom: 38,
    style: chartStyle,
    x: {
      type: 'log',
      base: 2,
      domain: [1, mostOutputChannels],
      ticks: isNarrow ? [1, 8, 64, 512, 4096] : [1, 4, 16, 64, 256, 1024, 4096],
      tickFormat: String,
      label: words.curveX,
      labelArrow: 'none',
    },
    y: {
      domain: [0, Math.max(1.15, ...points.map(({ ratio }) => ratio))],
      label: words.curveY,
      ticks: 5,
      labelArrow: 'none',
      grid: true,
    },
    marks: [
      area(points, { ...band, y1: 0, y2: 'pointwise', fill: 'var(--pointwise)' }),
      area(points, { ...band, y1: 'pointwise', y2: 'ratio', fill: 'var(--depthwise)' }),
      namedRule(1, words.breakEven, 'var(--standard)', '4 4'),
      namedRule(approximation, approximationLabel, 'var(--pointwise)', '1 0'),
      line(points, { ...along, y: 'ratio', stroke: 'var(--ink)', strokeWidth: 2 }),
      ruleX([here], { x: 'outputChannels', y: 'ratio', stroke: 'var(--ink)' }),
      dot([here], {
        x: 'outputChannels',
        y: 'ratio',
        r: 5,
        fill: 'var(--ink)',
        stroke: 'var(--surface)',
        strokeWidth: 2,
      }),
      ruleY([0], { stroke: 'var(--line-strong)' }),
    ],
  });
}
