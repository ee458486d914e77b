import type { SeparableAccount } from '@sepconv/cost-model';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { decimal } from '../../lib/numbers.js';
import { ratioCurve, ratioPoint } from './ratio-curve-data.js';
import type { drawRatio as Draw } from './ratio-plot.js';
import type { Settings } from './settings.js';
import type { AccountWords } from './words.js';

interface RatioCurveProps {
  readonly settings: Settings;
  readonly account: SeparableAccount;
  readonly words: AccountWords;
}

/** The width of an element, followed as it changes; 0 before it is known. */
function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** R over C_out. The chart library comes after the numbers, which do not wait for it. */
export function RatioCurve({ settings, account, words }: RatioCurveProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [draw, setDraw] = useState<{ readonly ratio: typeof Draw }>();

  useEffect(() => {
    let gone = false;
    void import('./ratio-plot.js').then(({ drawRatio }) => gone || setDraw({ ratio: drawRatio }));
    return () => {
      gone = true;
    };
  }, []);

  // Height, width and input channels cancel out of the ratio: only these move the curve.
  const points = useMemo(() => ratioCurve(settings), [settings.kernel, settings.multiplier]);
  const { ratio } = account;

  useEffect(() => {
    if (draw === undefined || width === 0) return;
    const { symbolic, substituted } = ratio.approximation.formula;
    const drawing = draw.ratio({
      points,
      here: ratioPoint(settings, settings.outputChannels),
      approximation: ratio.approximation.value,
      approximationLabel: `${symbolic} = ${substituted}`,
      width,
      words,
    });
    // The frame around it says what the curve shows; the parts of the drawing have nothing to add.
    drawing.setAttribute('aria-hidden', 'true');
    frame.current?.replaceChildren(drawing);
  }, [draw, width, points, ratio.value, settings.outputChannels, words]);

  const label = words.curveLabel(
    decimal(points[0]!.ratio, 3),
    decimal(points.at(-1)!.ratio, 3),
    ratio.approximation.formula.substituted,
    decimal(ratio.value, 3),
  );
  return (
    <figure class="curve">
      <figcaption>
        {words.curveTitle}
        <span class="legend">
          <span class="legend-key fill-depthwise" /> {words.depthwise}
          <span class="legend-key fill-pointwise" /> {words.pointwise}
        </span>
      </figcaption>
      <div class="curve-frame" ref={frame} role="img" aria-label={label} />
    </figure>
  );
}
