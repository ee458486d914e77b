/** @file The accuracy of decomposed networks against their cost, as an SVG that reads on light and on dark pages. */
import type { CurveResult, Results } from './results.ts';

const width = 640;
const height = 360;
const frame = { left: 56, right: 16, top: 16, bottom: 44 } as const;

/** Colours that are told apart by everybody, and by their brightness. Source: Okabe and Ito 2008. */
const colours = { before: '#D55E00', calibrated: '#E69F00', after: '#0072B2', twin: '#009E73' } as const;

interface Scales {
  x(macs: number): number;
  y(accuracy: number): number;
}

function scalesOf(mostMacs: number): Scales {
  const inner = { width: width - frame.left - frame.right, height: height - frame.top - frame.bottom };
  return {
    x: (macs) => frame.left + (inner.width * macs) / mostMacs,
    y: (accuracy) => frame.top + inner.height * (1 - accuracy),
  };
}

const text = (x: number, y: number, anchor: string, content: string): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${content}</text>`;

function axes({ x, y }: Scales, mostMacs: number): string[] {
  const parts: string[] = [];
  for (const accuracy of [0, 0.25, 0.5, 0.75, 1]) {
    parts.push(`<path class="rule" d="M${frame.left} ${y(accuracy).toFixed(1)}H${width - frame.right}"/>`);
    parts.push(text(frame.left - 8, y(accuracy) + 4, 'end', `${100 * accuracy} %`));
  }
  for (let macs = 0; macs <= mostMacs; macs += 1e6) {
    parts.push(text(x(macs), height - frame.bottom + 18, 'middle', `${macs / 1e6} M`));
  }
  parts.push(
    text((frame.left + width - frame.right) / 2, height - 6, 'middle', 'multiply-adds of one image'),
  );
  return parts;
}

function line(points: readonly (readonly [x: number, y: number])[], colour: string, dash: string): string {
  const path = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
  const dots = points.map(
    ([x, y]) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4" fill="${colour}"/>`,
  );
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>${dots.join('')}`;
}

/** Names of the lines in their colours, from the bottom right upwards. */
function legend(entries: readonly (readonly [name: string, colour: string])[]): string[] {
  return entries.map(([name, colour], i) => {
    const y = height - frame.bottom - 18 - 20 * (entries.length - 1 - i);
    const x = width - frame.right - 8;
    return `<circle cx="${x}" cy="${y - 4}" r="5" fill="${colour}"/>${text(x - 12, y, 'end', name)}`;
  });
}

/** The chart. */
export function accuracyChart({ curve, standard, separable, scale }: Results): string {
  const mostMacs = Math.max(standard.macs, ...curve.map(({ macs }) => macs)) * 1.05;
  const scales = scalesOf(mostMacs);
  const epochs = String(Math.max(...scale.fineTuneEpochs));
  const series = (method: CurveResult['method'], value: (point: CurveResult) => number) =>
    curve
      .filter((point) => point.method === method)
      .map((point) => [scales.x(point.macs), scales.y(value(point))] as const);
  const mark = (macs: number, accuracy: number, colour: string): string =>
    `<path d="M${scales.x(macs).toFixed(1)} ${scales.y(accuracy).toFixed(1)}m-7 0l7 -7l7 7l-7 7z" fill="${colour}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Test accuracy of decomposed digit networks against their multiply-adds">
<style>text{font:13px system-ui,sans-serif;fill:#667}.rule{stroke:#8888;stroke-width:1}</style>
${[
  ...axes(scales, mostMacs),
  line(
    series('plain', ({ before }) => before.mean),
    colours.before,
    '2 4',
  ),
  line(
    series('calibrated', ({ before }) => before.mean),
    colours.calibrated,
    '6 3',
  ),
  line(
    series('plain', ({ after }) => after[epochs]?.mean ?? NaN),
    colours.after,
    '',
  ),
  mark(standard.macs, standard.accuracy.mean, colours.twin),
  mark(separable.macs, separable.accuracy.mean, colours.twin),
  ...legend([
    ['trained from the start: separable (left), standard (right)', colours.twin],
    [`decomposed, fine-tuned for ${epochs} epochs`, colours.after],
    ['decomposed with calibration, not fine-tuned', colours.calibrated],
    ['decomposed, not fine-tuned', colours.before],
  ]),
].join('\n')}
</svg>
`;
}
