/** @file Draws the curve with Observable Plot. Loaded on its own, when the page needs it. */
import { areaY, dot, lineY, plot, ruleX, ruleY, text } from '@observablehq/plot';
import { chartStyle, narrow } from '../charts/style.js';
import { mostOutputChannels, type RatioPoint } from './ratio-curve-data.js';

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
      areaY(points, { ...along, y: 'pointwise', fill: 'var(--pointwise)', fillOpacity: 0.3 }),
      areaY(points, { ...along, y1: 'pointwise', y2: 'ratio', fill: 'var(--depthwise)', fillOpacity: 0.3 }),
      namedRule(1, words.breakEven, 'var(--standard)', '4 4'),
      namedRule(approximation, approximationLabel, 'var(--pointwise)', '1 0'),
      lineY(points, { ...along, y: 'ratio', stroke: 'var(--ink)', strokeWidth: 2 }),
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
