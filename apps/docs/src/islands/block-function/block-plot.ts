/** @file Draws what a channel's BatchNorm and ReLU6 do. Loaded on its own, when the page needs it. */
import { line, plot, ruleX, ruleY } from '@observablehq/plot';
import { chartStyle, narrow } from '../charts/style.js';
import { type BlockCurve, span } from './curve.js';

/** What to draw. */
export interface BlockPlot {
  readonly curve: BlockCurve;
  readonly words: { readonly curveX: string };
}

/** An SVG with the straight line of BatchNorm, and the clipped one that ReLU6 makes of it. */
export function drawBlock({ curve, words }: BlockPlot, width: number): Element {
  const rows = curve.x.map((x, index) => ({
    x,
    normalized: curve.normalized[index]!,
    clipped: curve.clipped[index]!,
  }));
  return plot({
    width,
    height: width < narrow ? 230 : 270,
    marginTop: 30,
    marginLeft: 34,
    marginBottom: 38,
    style: chartStyle,
    x: { domain: [-span, span], ticks: 9, label: words.curveX, labelArrow: 'none' },
    y: { domain: [-4, 8], ticks: [-3, 0, 3, 6], label: 'y', labelArrow: 'none', grid: true },
    clip: true,
    marks: [
      ruleX([0], { stroke: 'var(--line-strong)' }),
      ruleY([0], { stroke: 'var(--line-strong)' }),
      line(rows, {
        x: 'x',
        y: 'normalized',
        stroke: 'var(--line-strong)',
        strokeWidth: 2,
        strokeDasharray: '5 4',
      }),
      line(rows, { x: 'x', y: 'clipped', stroke: 'var(--ink)', strokeWidth: 3 }),
    ],
  });
}
