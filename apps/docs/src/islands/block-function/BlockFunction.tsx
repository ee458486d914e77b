import { useId, useMemo, useState } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { LazyChart } from '../charts/LazyChart.js';
import type { BlockPlot } from './block-plot.js';
import { blockCurve, type Normalization } from './curve.js';

const words = {
  en: {
    names: { scale: 'Scale', shift: 'Shift', mean: 'Mean', variance: 'Variance' },
    curveX: 'x, what the convolution gives',
    label: 'BatchNorm as a straight line, and the same clipped to 0 and 6 by ReLU6',
    legend: { normalized: 'after BatchNorm', clipped: 'after ReLU6' },
    folded: 'Folded into the convolution before it: weights times ',
    bias: ' and bias ',
    difference: '. Largest difference between the two, over the whole curve: ',
    stop: '.',
  },
  zh: {
    names: { scale: '缩放', shift: '平移', mean: '均值', variance: '方差' },
    curveX: 'x，卷积给出的值',
    label: 'BatchNorm 是一条直线，ReLU6 把它截到 0 与 6 之间',
    legend: { normalized: 'BatchNorm 之后', clipped: 'ReLU6 之后' },
    folded: '折叠进前面的卷积之后：权重乘以 ',
    bias: '，偏置为 ',
    difference: '。两者在整条曲线上的最大差别：',
    stop: '。',
  },
} satisfies Record<Language, unknown>;

const knobs = [
  { name: 'scale', symbol: 'γ', least: 0.1, most: 3 },
  { name: 'shift', symbol: 'β', least: -3, most: 5 },
  { name: 'mean', symbol: 'μ', least: -4, most: 4 },
  { name: 'variance', symbol: 'σ²', least: 0.1, most: 6 },
] as const satisfies readonly { name: keyof Normalization; symbol: string; least: number; most: number }[];

const load = () => import('./block-plot.js').then(({ drawBlock }) => drawBlock);

interface KnobProps {
  readonly label: string;
  readonly symbol: string;
  readonly least: number;
  readonly most: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function Knob({ label, symbol, least, most, value, onChange }: KnobProps) {
  const id = useId();
  return (
    <div class="knob">
      <label for={id}>
        {label} <var>{symbol}</var>
      </label>
      <output for={id}>{value.toFixed(1)}</output>
      <input
        id={id}
        type="range"
        min={least}
        max={most}
        step={0.1}
        value={value}
        onInput={({ currentTarget }) => onChange(Number(currentTarget.value))}
      />
    </div>
  );
}

/** `4.8 × 10⁻⁷`, in one piece. */
function Scientific({ value }: { readonly value: number }) {
  const [digits, power] = value.toExponential(1).split('e');
  return (
    <span class="in-one-piece">
      {value === 0 ? '0' : digits}
      {value !== 0 && (
        <>
          {' × 10'}
          <sup>{power!.replace('-', '−')}</sup>
        </>
      )}
    </span>
  );
}

/** BatchNorm and ReLU6 of one channel, with sliders, and BatchNorm folded away. Computed by the reference. */
export function BlockFunction({ language }: { readonly language: Language }) {
  const t = words[language];
  const [normalization, setNormalization] = useState<Normalization>({
    scale: 1.5,
    shift: 2,
    mean: 0.5,
    variance: 1,
  });
  const curve = useMemo(() => blockCurve(normalization), [normalization]);
  const data = useMemo<BlockPlot>(() => ({ curve, words: t }), [curve, t]);
  return (
    <section class="block-function not-content">
      <div class="block-knobs">
        {knobs.map(({ name, ...knob }) => (
          <Knob
            key={name}
            {...knob}
            label={t.names[name]}
            value={normalization[name]}
            onChange={(value) => setNormalization((current) => ({ ...current, [name]: value }))}
          />
        ))}
      </div>
      <figure class="curve">
        <figcaption>
          <span class="legend">
            <span class="legend-entry">
              <span class="line-key line-normalized" /> {t.legend.normalized}
            </span>
            <span class="legend-entry">
              <span class="line-key" /> {t.legend.clipped}
            </span>
          </span>
        </figcaption>
        <LazyChart load={load} data={data} label={t.label} />
      </figure>
      <p class="block-folded" aria-live="polite">
        {t.folded}
        <b data-field="folded-weight">{curve.folded.weight.toFixed(4)}</b>
        {t.bias}
        <b data-field="folded-bias">{curve.folded.bias.toFixed(4)}</b>
        {t.difference}
        <Scientific value={curve.difference} />
        {t.stop}
      </p>
    </section>
  );
}
