/** @file Draws the two charts of the evidence with Observable Plot. Loaded on its own, when the page needs it. */
import { dot, line, plot, ruleY, text } from '@observablehq/plot';
import type { AccuracyPoint, EnergyPoint } from '../../lib/evidence.js';
import { chartStyle, narrow } from '../charts/style.js';
import type { EvidenceWords } from './words.js';

const tones = {
  plain: 'var(--neutral)',
  calibrated: 'var(--link)',
  tuned: 'var(--ink)',
  trained: 'var(--ink)',
  random: 'var(--line-strong)',
} as const;

const frame = (width: number) =>
  ({
    width,
    height: width < narrow ? 250 : 300,
    // Room between the axis's name and its highest number.
    marginTop: 32,
    marginLeft: 52,
    marginRight: 18,
    marginBottom: 38,
    style: chartStyle,
  }) as const;

/** What the chart of accuracy shows. */
export interface AccuracyPlot {
  readonly points: readonly AccuracyPoint[];
  /** Of the network that was decomposed. */
  readonly original: number;
  readonly words: EvidenceWords;
}

/** Accuracy over the share of multiply-adds, a line for each series; above break-even nothing is saved. */
export function drawAccuracy({ points, original, words }: AccuracyPlot, width: number): Element {
  const along = { x: 'share', y: 'accuracy', stroke: ({ series }: AccuracyPoint) => tones[series] };
  return plot({
    ...frame(width),
    x: {
      label: words.shareAxis,
      labelArrow: 'none',
      domain: [0, Math.max(...points.map(({ share }) => share))],
      percent: false,
    },
    y: { label: words.accuracyAxis, labelArrow: 'none', tickFormat: '.0%', grid: true, nice: true },
    marks: [
      ruleY([original], { stroke: 'var(--ink)', strokeDasharray: '4 4' }),
      text([{ share: Math.max(...points.map(({ share }) => share)) / 2 }], {
        x: 'share',
        y: () => original,
        text: () => words.original,
        dy: 16,
        fill: 'var(--ink)',
      }),
      line(points, { ...along, z: 'series', strokeWidth: 2 }),
      dot(points, { ...along, fill: 'var(--paper)', r: 3.5, strokeWidth: 2 }),
    ],
  });
}

/** What the chart of spectra shows. */
export interface EnergyPlot {
  readonly points: readonly EnergyPoint[];
  readonly words: EvidenceWords;
}

/** What is kept by each rank: far more of trained filters than of random ones. */
export function drawEnergy({ points, words }: EnergyPlot, width: number): Element {
  const along = { x: 'rank', y: 'kept', stroke: ({ series }: EnergyPoint) => tones[series] };
  return plot({
    ...frame(width),
    x: { label: words.rankAxis, labelArrow: 'none', ticks: 9, tickFormat: String },
    y: { label: words.keptAxis, labelArrow: 'none', domain: [0, 1], tickFormat: '.0%', grid: true },
    marks: [
      line(points, { ...along, z: 'series', strokeWidth: 2 }),
      dot(points, { ...along, fill: 'var(--paper)', r: 3.5, strokeWidth: 2 }),
    ],
  });
}
