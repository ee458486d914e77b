/** @file Draws accuracy against a cost with Observable Plot. Loaded on its own, when the page needs it. */
import { dot, line, plot, text } from '@observablehq/plot';
import { chartStyle, narrow } from '../charts/style.js';

/** One network in the picture. */
export interface ChoicePoint {
  readonly name: string;
  readonly cost: number;
  readonly top1: number;
  readonly fits: boolean;
  readonly isOptimal: boolean;
}

/** What the picture shows. */
export interface ChoicePlot {
  readonly points: readonly ChoicePoint[];
  readonly xLabel: string;
  readonly yLabel: string;
}

/** Every network as a dot, the front as a line from dot to dot; what is over a budget stays as an empty ring. */
export function drawChoice({ points, xLabel, yLabel }: ChoicePlot, width: number): Element {
  const front = points.filter(({ isOptimal }) => isOptimal);
  const others = points.filter(({ isOptimal }) => !isOptimal);
  // Names of neighbours would lie upon each other: one that is much further right has its own.
  const named = width < narrow ? [] : spaced(front);
  const middle = Math.sqrt(
    Math.min(...points.map(({ cost }) => cost)) * Math.max(...points.map(({ cost }) => cost)),
  );
  return plot({
    width,
    height: width < narrow ? 300 : 400,
    marginTop: 32,
    marginLeft: 46,
    marginRight: 24,
    marginBottom: 40,
    style: chartStyle,
    x: { type: 'log', label: xLabel, labelArrow: 'none', tickFormat: '~s', grid: true },
    y: { label: yLabel, labelArrow: 'none', grid: true, nice: true },
    marks: [
      dot(others, {
        x: 'cost',
        y: 'top1',
        r: 3.5,
        stroke: 'var(--line-strong)',
        fill: ({ fits }: ChoicePoint) => (fits ? 'var(--line-strong)' : 'var(--paper)'),
        title: 'name',
      }),
      line(front, { x: 'cost', y: 'top1', stroke: 'var(--ink)', strokeWidth: 1.5 }),
      dot(front, { x: 'cost', y: 'top1', r: 4, fill: 'var(--ink)', title: 'name' }),
      // On the left there is room below the front, on the right above it.
      nameOf(
        named.filter(({ cost }) => cost < middle),
        'start',
        9,
        11,
      ),
      nameOf(
        named.filter(({ cost }) => cost >= middle),
        'end',
        -8,
        -8,
      ),
    ],
  });
}

/** The names of points, beside them. */
const nameOf = (points: readonly ChoicePoint[], textAnchor: 'start' | 'end', dx: number, dy: number) =>
  text(points, {
    x: 'cost',
    y: 'top1',
    text: 'name',
    textAnchor,
    dx,
    dy,
    fill: 'var(--ink)',
    stroke: 'var(--paper)',
    strokeWidth: 3,
  });

/** Points of a front, cheapest first, without those that are too near to the one named before. */
function spaced(front: readonly ChoicePoint[]): readonly ChoicePoint[] {
  const named: ChoicePoint[] = [];
  for (const point of front) {
    const last = named.at(-1);
    if (last === undefined || point.top1 - last.top1 > 3) named.push(point);
  }
  return named;
}
