import { type SeparableAccount, separableAccount } from '@sepconv/cost-model';
import { useMemo, useState } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { factor, percent } from '../../lib/numbers.js';
import { type Form, forms } from './forms.js';
import { layerName, mobileNetLayers } from './layers.js';
import { type Measurement, useMeasurement } from './use-measurement.js';
import { type MeasureWords, measureWords } from './words.js';

/** The layer that is chosen at first: 56×56×128 → 128. */
const firstChoice = 2;

/** From this share of the promised saving on, the two factors are called the same. */
const sameFrom = 0.95;

/** Milliseconds with three digits. */
const milliseconds = (value: number): string => `${value.toPrecision(3)} ms`;

interface BarProps {
  readonly name: string;
  readonly tone: string;
  readonly share: number;
  readonly value: string;
  readonly field: string;
}

const Bar = ({ name, tone, share, value, field }: BarProps) => (
  <div class="bar-row">
    <span class="bar-name">{name}</span>
    <span class="bar-track">
      <span class={`bar-segment fill-${tone}`} style={{ width: `${share * 100}%` }} />
    </span>
    <span class="bar-value" data-field={field}>
      {value}
    </span>
  </div>
);

const tone: Readonly<Record<Form, string>> = { standard: 'standard', separable: 'pointwise' };

interface ResultsProps {
  readonly timing: NonNullable<Measurement['timing']>;
  readonly account: SeparableAccount;
  readonly words: MeasureWords;
  readonly language: Language;
}

/** Time, speed, and what was promised beside what was measured. */
function Results({ timing, account, words, language }: ResultsProps) {
  const ms = (form: Form): number => timing.forms[form].milliseconds;
  const gigaflops = (form: Form): number => account[form].flops / ms(form) / 1e6;
  const mostMs = Math.max(ms('standard'), ms('separable'));
  const mostSpeed = Math.max(gigaflops('standard'), gigaflops('separable'));
  const promised = 1 / account.ratio.value;
  const measured = ms('standard') / ms('separable');
  const most = Math.max(promised, measured);
  return (
    <>
      <div class="bars">
        <p class="bars-title">{words.time}</p>
        {forms.map((form) => (
          <Bar
            key={form}
            name={words[form]}
            tone={tone[form]}
            share={ms(form) / mostMs}
            value={milliseconds(ms(form))}
            field={`${form}-ms`}
          />
        ))}
      </div>
      <div class="bars">
        <p class="bars-title">{words.speed}</p>
        {forms.map((form) => (
          <Bar
            key={form}
            name={words[form]}
            tone={tone[form]}
            share={gigaflops(form) / mostSpeed}
            value={`${gigaflops(form).toPrecision(3)} GFLOP/s`}
            field={`${form}-speed`}
          />
        ))}
      </div>
      <div class="bars">
        <p class="bars-title">{words.factors}</p>
        <Bar
          name={words.theory}
          tone="neutral"
          share={promised / most}
          value={factor(promised)}
          field="promised"
        />
        <Bar
          name={words.measured}
          tone="ink"
          share={measured / most}
          value={factor(measured)}
          field="measured"
        />
      </div>
      <p class="measure-verdict">
        {measured < promised * sameFrom ? words.gap(percent(measured / promised, language)) : words.noGap}
      </p>
    </>
  );
}

/** Runs one layer in both forms in the reader's browser, with the kernels that the library ships. */
export function MeasureHere({ language }: { readonly language: Language }) {
  const words = measureWords(language);
  const layers = useMemo(mobileNetLayers, []);
  const [chosen, setChosen] = useState(firstChoice);
  const { measurement, start, stop } = useMeasurement();
  const { phase, layer, engine, timing } = measurement;
  const busy = phase === 'preparing' || phase === 'running';
  const status = {
    idle: words.idle,
    preparing: words.preparing,
    running: words.round(timing?.rounds ?? 0),
    finished: words.finished,
    stopped: words.stopped,
    failed: words.failed(measurement.message ?? ''),
  }[phase];
  return (
    <section class="measure not-content" aria-label={words.title}>
      <div class="measure-controls">
        <label class="choice">
          <span>{words.layer}</span>
          <select
            value={chosen}
            disabled={busy}
            onChange={({ currentTarget }) => setChosen(currentTarget.selectedIndex)}
          >
            {layers.map((each, index) => (
              <option key={layerName(each)} value={index}>
                {layerName(each)}
              </option>
            ))}
          </select>
        </label>
        {busy ? (
          <button type="button" class="play-button" onClick={stop}>
            {words.stop}
          </button>
        ) : (
          <button type="button" class="play-button" onClick={() => start(layers[chosen]!)}>
            {words.start}
          </button>
        )}
        <p class="measure-status" role="status">
          {status}
        </p>
      </div>
      {timing && layer && (
        <div class="measure-results">
          <Results account={separableAccount(layer)} {...{ timing, words, language }} />
          {engine && (
            <p class="measure-engine">
              {words.engine}
              <b>{engine.name}</b>
              {words.kernels}
              {forms.map((form) => timing.forms[form].kernels.join(' + ')).join(' · ')}
            </p>
          )}
        </div>
      )}
    </section>
  );
}
