/** @file Draws how accuracy grows with Observable Plot. Loaded on its own, when the page needs it. */
import { dot, line, plot, ruleY } from '@observablehq/plot';
import { chartStyle, narrow } from '../charts/style.js';

/** One form after one epoch. */
export interface TrainPoint {
  readonly form: 'standard' | 'separable';
  readonly epoch: number;
  readonly accuracy: number;
}

/** What the picture shows. */
export interface TrainPlot {
  readonly points: readonly TrainPoint[];
  readonly epochs: number;
  readonly epochAxis: string;
  readonly accuracyAxis: string;
}

const tones = { standard: 'var(--standard)', separable: 'var(--ink)' } as const;

/** Accuracy over epochs, a line for each form, on axes that do not move while it is trained. */
export function drawTraining({ points, epochs, epochAxis, accuracyAxis }: TrainPlot, width: number): Element {
  const along = { x: 'epoch', y: 'accuracy', stroke: ({ form }: TrainPoint) => tones[form] };
  return plot({
    width,
    height: width < narrow ? 220 : 260,
    marginTop: 32,
    marginLeft: 52,
    marginRight: 18,
    marginBottom: 38,
    style: chartStyle,
    x: { label: epochAxis, labelArrow: 'none', domain: [0, epochs], ticks: epochs, tickFormat: 'd' },
    y: { label: accuracyAxis, labelArrow: 'none', domain: [0, 1], tickFormat: '.0%', grid: true },
    marks: [
      ruleY([0.1], { stroke: 'var(--line-strong)', strokeDasharray: '4 4' }),
      line(points, { ...along, z: 'form', strokeWidth: 2 }),
      dot(points, { ...along, fill: 'var(--paper)', r: 3.5, strokeWidth: 2 }),
    ],
  });
}
