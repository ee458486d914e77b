/**
 * @file Pieces of the charts: axes and frames as SVG text. d3-scale chooses the ticks and places the values; the shapes are
 * rectangles, circles and one path, for which no library that needs a browser is worth half a megabyte in every report.
 */
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';
import { escapeHtml } from './escape.js';

/** A scale of numbers. */
export type Scale = ScaleContinuousNumeric<number, number>;

/** The part of a picture inside its axes, in its own units. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A picture of 720 by `height` with room for axes. */
export const frameOf = (height: number, left = 56): Frame => ({
  width: 720,
  height,
  left,
  right: 708,
  top: 12,
  bottom: height - 38,
});

export const linear = (domain: readonly [number, number], range: readonly [number, number]): Scale =>
  scaleLinear(domain, range).nice();

export const logarithmic = (domain: readonly [number, number], range: readonly [number, number]): Scale =>
  scaleLog(domain, range);

/** Numbers with at most one digit behind the point, and thousands as k, M, G. */
function shortNumber(value: number): string {
  for (const [size, unit] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (Math.abs(value) >= size) return `${Number((value / size).toPrecision(3))}${unit}`;
  }
  return String(Number(value.toPrecision(3)));
}

const ticksOf = (scale: Scale, count: number, isLog: boolean): number[] => {
  if (!isLog) return scale.ticks(count);
  const powers = scale
    .ticks(count)
    .filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e6) / 1e6));
  return powers.length >= 2 ? powers : scale.ticks(3);
};

/** A horizontal axis below the frame, with its title. */
export function xAxis(frame: Frame, scale: Scale, title: string, isLog = false): string {
  const ticks = ticksOf(scale, 7, isLog).map((tick) => {
    const x = scale(tick).toFixed(1);
    return `<line class="grid" x1="${x}" x2="${x}" y1="${frame.top}" y2="${frame.bottom}"/><text class="tick" x="${x}" y="${frame.bottom + 15}" text-anchor="middle">${shortNumber(tick)}</text>`;
  });
  const middle = (frame.left + frame.right) / 2;
  return `<g class="axis">${ticks.join('')}<line x1="${frame.left}" x2="${frame.right}" y1="${frame.bottom}" y2="${frame.bottom}"/><text x="${middle}" y="${frame.height - 4}" text-anchor="middle">${escapeHtml(title)}</text></g>`;
}

/** A vertical axis on the left, with its title at the top. */
export function yAxis(frame: Frame, scale: Scale, title: string, isLog = false): string {
  const ticks = ticksOf(scale, 5, isLog).map((tick) => {
    const y = scale(tick).toFixed(1);
    return `<line class="grid" x1="${frame.left}" x2="${frame.right}" y1="${y}" y2="${y}"/><text class="tick" x="${frame.left - 6}" y="${Number(y) + 4}" text-anchor="end">${shortNumber(tick)}</text>`;
  });
  return `<g class="axis">${ticks.join('')}<line x1="${frame.left}" x2="${frame.left}" y1="${frame.top}" y2="${frame.bottom}"/><text x="${frame.left + 6}" y="${frame.top + 10}">${escapeHtml(title)}</text></g>`;
}

/** A whole picture; `label` is what a reader who does not see it is told. */
export function picture(frame: Frame, id: string, label: string, content: string): string {
  return `<svg id="${id}" viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="${escapeHtml(label)}">${content}</svg>`;
}

/** What a pointer that rests on a shape is told. */
export const hint = (text: string): string => `<title>${escapeHtml(text)}</title>`;
