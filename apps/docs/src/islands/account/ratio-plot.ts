/** @file Draws the curve with Observable Plot. Loaded on its own, when the page needs it. */
import { areaY, dot, lineY, plot, ruleX, ruleY, text } from '@observablehq/plot';
import type { RatioPoint } from './ratio-curve-data.js';
import { mostOutputChannels } from './ratio-curve-data.js';

/** What to draw, and the words on it. */
export interface RatioPlot {
  readonly points: readonly RatioPoint[];
  readonly here: RatioPoint;
  /** What R approaches: `M/K²`. */
  readonly approximation: number;
  readonly approximationLabel: string;
  readonly width: number;
  readonly words: {
    readonly curveX: string;
    readonly curveY: string;
    readonly breakEven: string;
    readonly depthwise: string;
    readonly pointwise: string;
  };
}

/** An SVG (in a figure) of the ratio: pointwise share below, depthwise share on top of it, their sum as a line. */
export function drawRatio({
  points,
  here,
  approximation,
  approximationLabel,
  width,
  words,
}: RatioPlot): Element {
  const top = Math.max(1.15, ...points.map(({ ratio }) => ratio));
  const small = width < 480;
  const ticks = small ? [1, 8, 64, 512, 4096] : [1, 4, 16, 64, 256, 1024, 4096];
  return plot({
    width,
    height: small ? 230 : 270,
    marginLeft: 40,
    marginRight: 14,
    marginBottom: 38,
    style: { fontFamily: 'var(--sans)', fontSize: '12px', background: 'none', color: 'var(--ink-soft)' },
    x: {
      type: 'log',
      base: 2,
      domain: [1, mostOutputChannels],
      ticks,
      tickFormat: String,
      label: words.curveX,
      labelArrow: 'none',
    },
    y: { domain: [0, top], label: words.curveY, ticks: 5, labelArrow: 'none', grid: true },
    marks: [
      areaY(points, { x: 'outputChannels', y: 'pointwise', fill: 'var(--pointwise)', fillOpacity: 0.3 }),
      areaY(points, {
        x: 'outputChannels',
        y1: 'pointwise',
        y2: 'ratio',
        curve: 'monotone-x',
        fill: 'var(--depthwise)',
        fillOpacity: 0.3,
      }),
      ruleY([1], { stroke: 'var(--standard)', strokeDasharray: '4 4' }),
      text([0], {
        x: mostOutputChannels,
        y: 1,
        text: () => words.breakEven,
        ...above,
        fill: 'var(--standard)',
      }),
      ruleY([approximation], { stroke: 'var(--pointwise)', strokeWidth: 1 }),
      text([0], {
        x: mostOutputChannels,
        y: approximation,
        text: () => approximationLabel,
        ...above,
        fill: 'var(--pointwise)',
      }),
      lineY(points, {
        x: 'outputChannels',
        y: 'ratio',
        curve: 'monotone-x',
        stroke: 'var(--ink)',
        strokeWidth: 2,
      }),
      ruleX([here], { x: 'outputChannels', y: 'ratio', stroke: 'var(--ink)', strokeWidth: 1 }),
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

const above = { textAnchor: 'end', dy: -8, fontWeight: 600 } as const;
