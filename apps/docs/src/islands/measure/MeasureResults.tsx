import { type SeparableAccount, separableAccount } from '@sepconv/cost-model';
import type { LayerOptions } from '@sepconv/mobilenet';
import type { Language } from '../../lib/frame.js';
import { factor, percent } from '../../lib/numbers.js';
import { forms as everyForm, type Form } from './forms.js';
import type { FormTimings } from './protocol.js';
import { type ResultWords, resultWords } from './result-words.js';
import type { Measurement } from './use-measurement.js';

/** From this share of the promised saving on, the two factors are called the same. */
const sameFrom = 0.95;

interface BarProps {
  readonly name: string;
  /** Colours and lengths, in parts of the track. */
  readonly segments: readonly (readonly [tone: string, share: number])[];
  readonly value: string;
  readonly note?: string;
  readonly field: string;
}

const Bar = ({ name, segments, value, note, field }: BarProps) => (
  <div class="bar-row">
    <span class="bar-name">{name}</span>
    <span class="bar-track">
      {segments.map(([tone, share]) => (
        <span key={tone} class={`bar-segment fill-${tone}`} style={{ width: `${share * 100}%` }} />
      ))}
    </span>
    <span class="bar-value">
      <span data-field={field}>{value}</span>
      {note && <small> {note}</small>}
    </span>
  </div>
);

interface ResultsProps {
  readonly layer: LayerOptions;
  readonly forms: FormTimings;
  readonly engine: Measurement['engine'];
  /** Absent until the measurement has ended. */
  readonly isSteady: boolean | undefined;
  readonly language: Language;
}

/** What the numbers say, where they can be trusted. */
function verdictOf(
  account: SeparableAccount,
  words: ResultWords,
  { forms, isSteady, language }: ResultsProps,
): string {
  if (isSteady === false) return words.noisy;
  const measured = forms.standard.milliseconds / forms.separable.milliseconds;
  const reached = measured * account.ratio.value;
  if (reached >= sameFrom) return words.noGap;
  const { depthwise, pointwise } = forms;
  const timeShare = depthwise.milliseconds / (depthwise.milliseconds + pointwise.milliseconds);
  const macShare = account.depthwise.macs / account.separable.macs;
  return words.gap(
    ...([reached, macShare, timeShare].map((share) => percent(share, language)) as [string, string, string]),
  );
}

/** The colours of a form's bar: both together is made of its steps. */
function segmentsOf(form: Form, forms: FormTimings, share: number): BarProps['segments'] {
  if (form !== 'separable') return [[form, share]];
  const [depthwise, pointwise] = [forms.depthwise.milliseconds, forms.pointwise.milliseconds];
  const first = (share * depthwise) / (depthwise + pointwise);
  return [
    ['depthwise', first],
    ['pointwise', share - first],
  ];
}

/** Time, speed, and what was promised beside what was measured. */
export function MeasureResults(props: ResultsProps) {
  const { layer, forms, engine, isSteady, language } = props;
  const words = resultWords(language);
  const account = separableAccount(layer);
  const ms = (form: Form): number => forms[form].milliseconds;
  const gigaflops = (form: Form): number => account[form].flops / ms(form) / 1e6;
  const mostMs = Math.max(...everyForm.map(ms));
  const mostSpeed = Math.max(...everyForm.map(gigaflops));
  const promised = 1 / account.ratio.value;
  const measured = ms('standard') / ms('separable');
  const most = Math.max(promised, measured);
  return (
    <div class="measure-results">
      <div class="bars">
        <p class="bars-title">{words.time}</p>
        {everyForm.map((form) => (
          <Bar
            key={form}
            name={words[form]}
            segments={segmentsOf(form, forms, ms(form) / mostMs)}
            value={`${ms(form).toPrecision(3)} ms`}
            note={words.spread(percent(forms[form].spread / 2, language))}
            field={`${form}-ms`}
          />
        ))}
      </div>
      <div class="bars">
        <p class="bars-title">{words.speed}</p>
        {everyForm.map((form) => (
          <Bar
            key={form}
            name={words[form]}
            segments={segmentsOf(form, forms, gigaflops(form) / mostSpeed)}
            value={`${gigaflops(form).toPrecision(3)} GFLOP/s`}
            field={`${form}-speed`}
          />
        ))}
      </div>
      <div class="bars">
        <p class="bars-title">{words.factors}</p>
        <Bar
          name={words.theory}
          segments={[['neutral', promised / most]]}
          value={factor(promised)}
          field="promised"
        />
        <Bar
          name={words.measured}
          segments={[['ink', measured / most]]}
          value={factor(measured)}
          field="measured"
        />
      </div>
      {isSteady !== undefined && (
        <p class="measure-verdict" data-steady={isSteady}>
          {verdictOf(account, words, props)}
        </p>
      )}
      {engine && (
        <p class="measure-engine">
          {words.engine}
          <b>{engine.name}</b>
          {words.kernels}
          {engine.kernels.standard} · {engine.kernels.separable}
        </p>
      )}
    </div>
  );
}
