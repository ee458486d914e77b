/** @file The charts of a report: shares of the layer types, the roofline, and memory over time. */
import { attainableFlops, type Machine, type PeakMemory } from '@sepconv/cost-model';
import type { CostAnalysis } from '../../cost-analysis.js';
import type { Profile } from '../../profile/profile-network.js';
import { formatBytes, formatCount, formatMilliseconds, formatPercent } from '../numbers.js';
import { escapeHtml } from './escape.js';
import { type Frame, frameOf, hint, linear, logarithmic, picture, xAxis, yAxis } from './svg.js';

/** One bar that is cut into parts. */
interface StackedBar {
  readonly title: string;
  readonly parts: readonly { readonly type: string; readonly value: number; readonly text: string }[];
}

const barHeight = 26;
const barPitch = 40;

function stackedBars(id: string, label: string, bars: readonly StackedBar[]): string {
  const frame: Frame = { ...frameOf(bars.length * barPitch + 8, 150), bottom: 0 };
  const rows = bars.map(({ title, parts }, row) => {
    const total = parts.reduce((sum, { value }) => sum + value, 0);
    const scale = linear([0, total || 1], [frame.left, frame.right]).domain([0, total || 1]);
    const y = 6 + row * barPitch;
    let from = 0;
    const boxes = parts.map(({ type, value, text }) => {
      const [x0, x1] = [scale(from), scale(from + value)];
      from += value;
      const name =
        x1 - x0 > 7 * type.length
          ? `<text class="inside" x="${((x0 + x1) / 2).toFixed(1)}" y="${y + 17}" text-anchor="middle">${escapeHtml(type)}</text>`
          : '';
      const share = formatPercent(value / (total || 1));
      return `<g><rect class="type-${type}" x="${x0.toFixed(1)}" y="${y}" width="${Math.max(0, x1 - x0).toFixed(1)}" height="${barHeight}">${hint(`${type}: ${text}, ${share}`)}</rect>${name}</g>`;
    });
    return `<text x="${frame.left - 8}" y="${y + 17}" text-anchor="end">${escapeHtml(title)}</text>${boxes.join('')}`;
  });
  return picture(frame, id, label, rows.join(''));
}

/** What each layer type has of multiply-adds, parameters and bytes. */
export function typesChart(id: string, { title, cost }: CostAnalysis): string {
  const bar = (
    name: string,
    value: (type: (typeof cost.byType)[number]) => number,
    format: (n: number) => string,
  ) => ({
    title: name,
    parts: cost.byType
      .map((entry) => ({ type: entry.type, value: value(entry), text: format(value(entry)) }))
      .filter((part) => part.value > 0),
  });
  return stackedBars(id, `Shares of the layer types in ${title}`, [
    bar('multiply-adds', ({ macs }) => macs, formatCount),
    bar('parameters', ({ params }) => params.total, formatCount),
    bar('bytes moved', ({ readBytes, writtenBytes }) => readBytes + writtenBytes, formatBytes),
  ]);
}

/** A layer as a point of the roofline. */
export interface RooflinePoint {
  readonly name: string;
  readonly type: string;
  readonly intensity: number;
  /** FLOPs per second. */
  readonly rate: number;
  readonly text: string;
}

/** Where a network's layers were measured below a machine's roof. */
export function measuredPoints({ layers }: Profile): RooflinePoint[] {
  return layers
    .filter(({ flops, bytes }) => flops > 0 && bytes > 0)
    .map((layer) => {
      const milliseconds = layer.measuredMs ?? layer.predictedMs;
      return {
        name: layer.name,
        type: layer.types[0] ?? 'other',
        intensity: layer.intensity,
        rate: (1000 * layer.flops) / milliseconds,
        text: `${layer.name}: ${formatMilliseconds(milliseconds)}, ${formatPercent(layer.ceilingFraction)} of the ceiling, bound by ${layer.boundBy}`,
      };
    });
}

/** Where a network's layers could be at best. */
export function attainablePoints({ cost }: CostAnalysis, machine: Machine): RooflinePoint[] {
  return cost.layers
    .filter(({ macs }) => macs > 0)
    .map((layer) => {
      const bytes = layer.readBytes + layer.writtenBytes;
      const rate = attainableFlops(machine, layer.intensity, bytes);
      return {
        name: layer.name,
        type: layer.type,
        intensity: layer.intensity,
        rate,
        text: `${layer.name}: ${layer.intensity.toFixed(2)} FLOPs per byte, at best ${formatCount(rate)}FLOP/s`,
      };
    });
}

/** Layers below the roof: one slope for each level of memory, and the flat peak. */
export function rooflineChart(
  id: string,
  label: string,
  machine: Machine,
  points: readonly RooflinePoint[],
): string {
  const frame = frameOf(380);
  const intensities = points.map(({ intensity }) => intensity);
  const rates = points.map(({ rate }) => rate);
  const domain = [0.8 * Math.min(0.5, ...intensities), 1.25 * Math.max(64, ...intensities)] as const;
  const x = logarithmic(domain, [frame.left, frame.right]);
  const lowest = Math.min(machine.flopsPerSecond / 30, ...rates);
  const y = logarithmic([0.7 * lowest, 1.6 * machine.flopsPerSecond], [frame.bottom, frame.top]);
  const roofs = machine.levels.map(({ bytes, bytesPerSecond }, i) => {
    const knee = machine.flopsPerSecond / bytesPerSecond;
    const steps = [domain[0], Math.min(Math.max(knee, domain[0]), domain[1]), domain[1]];
    const path = steps
      .map(
        (value) =>
          `${x(value).toFixed(1)},${y(Math.max(0.7 * lowest, Math.min(machine.flopsPerSecond, value * bytesPerSecond))).toFixed(1)}`,
      )
      .join(' ');
    const size = bytes === Infinity ? 'main memory' : `up to ${formatBytes(bytes)}`;
    return `<polyline class="roof" points="${path}" style="opacity:${(1 - (0.6 * i) / machine.levels.length).toFixed(2)}">${hint(`${formatCount(bytesPerSecond)}B/s, ${size}`)}</polyline>`;
  });
  const dots = points.map(
    ({ type, intensity, rate, text }) =>
      `<circle class="type-${type}" cx="${x(intensity).toFixed(1)}" cy="${y(rate).toFixed(1)}" r="4.5">${hint(text)}</circle>`,
  );
  return picture(
    frame,
    id,
    label,
    `${xAxis(frame, x, 'FLOPs per byte', true)}${yAxis(frame, y, 'FLOP/s', true)}${roofs.join('')}${dots.join('')}`,
  );
}

/** Live bytes at every step, cut into tensors; the peak is marked. */
export function memoryChart(id: string, title: string, memory: PeakMemory): string {
  const frame = frameOf(300, 64);
  const { timeline, peak, arenaBytes } = memory;
  const x = linear([0, Math.max(1, timeline.length)], [frame.left, frame.right]).domain([
    0,
    Math.max(1, timeline.length),
  ]);
  const y = linear([0, arenaBytes || 1], [frame.bottom, frame.top]);
  const columns = timeline.map(({ step, nodes, live, bytes }) => {
    let from = 0;
    const boxes = live.map((tensor, order) => {
      const [low, high] = [y(from), y(from + tensor.bytes)];
      from += tensor.bytes;
      const width = Math.max(0.5, x(step + 1) - x(step) - 0.6);
      return `<rect class="live-${Math.min(order, 3)}" x="${x(step).toFixed(1)}" y="${high.toFixed(1)}" width="${width.toFixed(1)}" height="${Math.max(0, low - high).toFixed(1)}">${hint(`${tensor.value}: ${formatBytes(tensor.bytes)} of ${formatBytes(bytes)} while ${nodes[0] ?? ''} runs`)}</rect>`;
    });
    return `<g>${boxes.join('')}</g>`;
  });
  // Beside the axis's title, not on it.
  const at = Math.max(frame.left + 50, x(peak.step + 0.5)).toFixed(1);
  const isRight = peak.step > timeline.length / 2;
  const mark = `<g class="peak"><line x1="${frame.left}" x2="${frame.right}" y1="${y(arenaBytes).toFixed(1)}" y2="${y(arenaBytes).toFixed(1)}"/><text x="${at}" y="${(y(peak.bytes) - 5).toFixed(1)}" text-anchor="${isRight ? 'end' : 'start'}">${escapeHtml(peak.nodes[0] ?? '')}</text></g>`;
  return picture(
    frame,
    id,
    `Memory of ${title} over time: ${formatBytes(arenaBytes)} in all, most at ${peak.nodes[0] ?? ''}`,
    `${xAxis(frame, x, 'step')}${yAxis(frame, y, 'bytes')}${columns.join('')}${mark}`,
  );
}

/** Two networks' numbers as pairs of bars, each pair to its own scale. */
export function comparisonChart(
  id: string,
  titles: readonly [string, string],
  numbers: readonly {
    readonly title: string;
    readonly a: number;
    readonly b: number;
    readonly format: (n: number) => string;
  }[],
): string {
  const frame: Frame = { ...frameOf(numbers.length * 44 + 6, 170), bottom: 0 };
  const rows = numbers.map(({ title, a, b, format }, row) => {
    const scale = linear([0, Math.max(a, b) || 1], [frame.left, frame.right - 90]).domain([
      0,
      Math.max(a, b) || 1,
    ]);
    const y = 4 + row * 44;
    const box = (value: number, name: string, index: number): string => {
      const width = scale(value) - frame.left;
      return `<rect class="side-${index}" x="${frame.left}" y="${y + index * 17}" width="${width.toFixed(1)}" height="15">${hint(`${name}: ${format(value)}`)}</rect><text class="tick" x="${(frame.left + width + 5).toFixed(1)}" y="${y + index * 17 + 12}">${escapeHtml(format(value))}</text>`;
    };
    return `<text x="${frame.left - 8}" y="${y + 20}" text-anchor="end">${escapeHtml(title)}</text>${box(a, titles[0], 0)}${box(b, titles[1], 1)}`;
  });
  return picture(frame, id, `${titles[0]} beside ${titles[1]}`, rows.join(''));
}
