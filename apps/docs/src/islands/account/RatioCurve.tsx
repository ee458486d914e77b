import type { SeparableAccount } from '@sepconv/cost-model';
import { useMemo } from 'preact/hooks';
import { decimal } from '../../lib/numbers.js';
import { Key } from '../charts/Key.js';
import { LazyChart } from '../charts/LazyChart.js';
import { ratioCurve, ratioPoint } from './ratio-curve-data.js';
import type { RatioPlot } from './ratio-plot.js';
import type { Settings } from './settings.js';
import type { AccountWords } from './words.js';

interface RatioCurveProps {
  readonly settings: Settings;
  readonly account: SeparableAccount;
  readonly words: AccountWords;
}

const load = () => import('./ratio-plot.js').then(({ drawRatio }) => drawRatio);

/** R over C_out, with the layer's place on it. */
export function RatioCurve({ settings, account, words }: RatioCurveProps) {
  const { kernel, multiplier, outputChannels } = settings;
  // Height, width and input channels cancel out of the ratio: only kernel and multiplier move the curve.
  const points = useMemo(() => ratioCurve(settings), [kernel, multiplier]);
  const { value, approximation } = account.ratio;
  const { symbolic, substituted } = approximation.formula;
  const data = useMemo<RatioPlot>(
    () => ({
      points,
      here: ratioPoint(settings, outputChannels),
      approximation: approximation.value,
      approximationLabel: `${symbolic} = ${substituted}`,
      words,
    }),
    [points, outputChannels, words],
  );
  const label = words.curveLabel(
    decimal(points[0]!.ratio, 3),
    decimal(points.at(-1)!.ratio, 3),
    substituted,
    decimal(value, 3),
  );
  return (
    <figure class="curve">
      <figcaption>
        {words.curveTitle}
        <span class="legend">
          <Key tone="depthwise" name={words.depthwise} />
          <Key tone="pointwise" name={words.pointwise} />
        </span>
      </figcaption>
      <LazyChart load={load} data={data} label={label} />
    </figure>
  );
}
