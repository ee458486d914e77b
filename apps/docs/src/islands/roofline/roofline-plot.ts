/** @file Draws a roofline with Observable Plot. Loaded on its own, when the page needs it. */
import { dot, line, plot, ruleX } from '@observablehq/plot';
import { chartStyle, narrow } from '../charts/style.js';
import { toneOf } from '../explorer/blocks.js';
import type { RooflineLayer, RooflineView } from './roofline-data.js';
import type { RooflineWords } from './words.js';

/** What to draw, and the words on it. */
export interface RooflinePlot {
  readonly view: RooflineView;
  /** The machine's ceiling, GFLOP/s. */
  readonly peak: number;
  readonly words: RooflineWords;
}

const toneColour = ({ type }: RooflineLayer): string => {
  const tone = toneOf(type);
  return tone === 'other' ? 'var(--neutral)' : `var(--${tone})`;
};

/** The roof as a line, and each layer on it: as large as its share of the multiply-adds. */
export function drawRoofline({ view, peak, words }: RooflinePlot, width: number): Element {
  const { layers, ridge } = view;
  const intensities = layers.map(({ intensity }) => intensity);
  const least = Math.min(ridge / 4, ...intensities) / 1.5;
  const most = Math.max(ridge * 4, ...intensities) * 1.5;
  const roof = [least, ridge, most].map((x) => ({ x, y: Math.min(peak, (x / ridge) * peak) }));
  return plot({
    width,
    height: width < narrow ? 250 : 300,
    marginLeft: 52,
    marginRight: 18,
    marginBottom: 38,
    style: chartStyle,
    x: {
      type: 'log',
      domain: [least, most],
      label: words.intensityAxis,
      labelArrow: 'none',
      ticks: 5,
      tickFormat: '~s',
    },
    y: { type: 'log', label: words.speedAxis, labelArrow: 'none', ticks: 4, tickFormat: '~g', grid: true },
    r: { range: [2, 13] },
    marks: [
      ruleX([ridge], { stroke: 'var(--line-strong)', strokeDasharray: '4 4' }),
      line(roof, { x: 'x', y: 'y', stroke: 'var(--ink)', strokeWidth: 2 }),
      dot(layers, {
        x: 'intensity',
        y: 'gigaflops',
        r: 'macs',
        fill: toneColour,
        fillOpacity: 0.75,
        stroke: 'var(--paper)',
      }),
    ],
  });
}
