import { useMemo } from 'preact/hooks';
import type { AccuracyPoint, EnergyPoint } from '../../lib/evidence.js';
import type { Language } from '../../lib/frame.js';
import { percent } from '../../lib/numbers.js';
import { Key } from '../charts/Key.js';
import { LazyChart } from '../charts/LazyChart.js';
import { evidenceWords } from './words.js';

const loadAccuracy = () => import('./evidence-plot.js').then(({ drawAccuracy }) => drawAccuracy);
const loadEnergy = () => import('./evidence-plot.js').then(({ drawEnergy }) => drawEnergy);

interface AccuracyChartProps {
  readonly points: readonly AccuracyPoint[];
  readonly original: number;
  readonly language: Language;
}

/** Accuracy over cost, for every rank, before and after fine-tuning. */
export function AccuracyChart({ points, original, language }: AccuracyChartProps) {
  const words = evidenceWords(language);
  const data = useMemo(() => ({ points, original, words }), [points, original, words]);
  const first = points.find(({ series }) => series === 'plain');
  const best = Math.max(...points.filter(({ series }) => series === 'tuned').map(({ accuracy }) => accuracy));
  return (
    <figure class="curve not-content">
      <figcaption>
        {words.accuracyTitle}
        <span class="legend">
          <Key tone="neutral" name={words.plain} />
          <Key tone="link" name={words.calibrated} />
          <Key tone="ink" name={words.tuned} />
        </span>
      </figcaption>
      <LazyChart
        load={loadAccuracy}
        data={data}
        label={words.accuracyLabel(
          points.length,
          percent(first?.accuracy ?? 0, language),
          percent(best, language),
        )}
      />
    </figure>
  );
}

interface EnergyChartProps {
  readonly points: readonly EnergyPoint[];
  readonly language: Language;
}

/** What each rank keeps of trained and of random weights. */
export function EnergyChart({ points, language }: EnergyChartProps) {
  const words = evidenceWords(language);
  const data = useMemo(() => ({ points, words }), [points, words]);
  const rankOne = (series: EnergyPoint['series']) =>
    percent(points.find((point) => point.rank === 1 && point.series === series)?.kept ?? 0, language);
  return (
    <figure class="curve not-content">
      <figcaption>
        {words.energyTitle}
        <span class="legend">
          <Key tone="ink" name={words.trained} />
          <Key tone="line" name={words.random} />
        </span>
      </figcaption>
      <LazyChart
        load={loadEnergy}
        data={data}
        label={words.energyLabel(rankOne('trained'), rankOne('random'))}
      />
    </figure>
  );
}
