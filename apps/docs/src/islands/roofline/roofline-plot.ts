/** @file Draws a roofline with Observable Plot. Loaded on its own, when the page needs it. */
import { dot, line, link, plot, ruleX, text } from '@observablehq/plot';
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

/** Above the roof: what sets the limit on both sides of the dashed line, clear of the largest dot. */
const aboveRoof = -23;
/** How much of the chart's height is kept free for it, as a share. */
const headroom = 0.15;

/** A word at a place of the roof. */
const note = (said: string, x: number, y: number, textAnchor: 'start' | 'end', dx: number, dy: number) =>
  text([said], { x: () => x, y: () => y, text: String, textAnchor, dx, dy, fill: 'var(--ink-soft)' });

/** The roof as a line, and each layer on it: as large as its share of the multiply-adds. */
export function drawRoofline({ view, peak, words }: RooflinePlot, width: number): Element {
  const { layers, ridge } = view;
  const measured = layers.filter(({ reached }) => reached !== undefined);
  const intensities = layers.map(({ intensity }) => intensity);
  const least = Math.min(ridge / 4, ...intensities) / 1.5;
  const most = Math.max(ridge * 4, ...intensities) * 1.5;
  const roof = [least, ridge, most].map((x) => ({ x, y: Math.min(peak, (x / ridge) * peak) }));
  const floor = Math.min(...roof.map(({ y }) => y), ...measured.map(({ reached }) => reached!));
  return plot({
    width,
    height: width < narrow ? 270 : 320,
    marginTop: 30,
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
    y: {
      type: 'log',
      domain: [floor, peak * (peak / floor) ** headroom],
      label: words.speedAxis,
      labelArrow: 'none',
      ticks: 4,
      tickFormat: '~g',
      grid: true,
    },
    r: { range: [2, 13] },
    marks: [
      ruleX([ridge], { stroke: 'var(--line-strong)', strokeDasharray: '4 4' }),
      note(words.memoryBound, ridge, peak, 'end', -8, aboveRoof),
      note(words.computeBound, ridge, peak, 'start', 8, aboveRoof),
      note(`${peak} GFLOP/s`, most, peak, 'end', 0, -aboveRoof),
      line(roof, { x: 'x', y: 'y', stroke: 'var(--ink)', strokeWidth: 2 }),
      // What a layer falls short of its ceiling by.
      link(measured, {
        x: 'intensity',
        y1: 'gigaflops',
        y2: 'reached',
        stroke: 'var(--line-strong)',
      }),
      dot(layers, {
        x: 'intensity',
        y: 'gigaflops',
        r: 'macs',
        fill: toneColour,
        fillOpacity: 0.75,
        stroke: 'var(--paper)',
      }),
      dot(measured, {
        x: 'intensity',
        y: 'reached',
        r: 4,
        fill: 'var(--paper)',
        stroke: toneColour,
        strokeWidth: 2,
      }),
    ],
  });
}
