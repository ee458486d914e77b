import { useMemo } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { percent } from '../../lib/numbers.js';
import { Key } from '../charts/Key.js';
import { LazyChart } from '../charts/LazyChart.js';
import { FormView } from './FormView.js';
import type { FormFacts } from './protocol.js';
import type { TrainPoint } from './train-plot.js';
import { type Training, useTraining } from './use-training.js';
import { trainWords } from './words.js';

const loadPlot = () => import('./train-plot.js').then(({ drawTraining }) => drawTraining);

/** Enough for both forms to get most digits right, and half a minute. */
const epochs = 6;

interface TrainDigitsProps {
  readonly facts: Readonly<Record<'standard' | 'separable', FormFacts>>;
  /** Where the digits are, from this page. */
  readonly digits: string;
  readonly language: Language;
}

const pointsOf = (form: TrainPoint['form'], { states }: Training): readonly TrainPoint[] =>
  states.flatMap(({ epoch, accuracy }) => (accuracy === undefined ? [] : [{ form, epoch, accuracy }]));

/** Both forms of one network learn the same digits, each in a worker of its own. */
export function TrainDigits({ facts, digits, language }: TrainDigitsProps) {
  const words = trainWords(language);
  const standard = useTraining();
  const separable = useTraining();
  const isRunning = [standard, separable].some(({ training }) => training.phase === 'running');
  const isFresh = standard.training.phase === 'idle';
  const points = useMemo(
    () => [...pointsOf('standard', standard.training), ...pointsOf('separable', separable.training)],
    [standard.training.states, separable.training.states],
  );
  const picture = useMemo(
    () => ({ points, epochs, epochAxis: words.epochAxis, accuracyAxis: words.accuracyAxis }),
    [points, words],
  );
  const start = () => {
    const address = new URL(digits, location.href).href;
    standard.start({ isSeparable: false, digits: address, epochs });
    separable.start({ isSeparable: true, digits: address, epochs });
  };
  const stop = () => {
    for (const { training, stop: end } of [standard, separable]) if (training.phase === 'running') end();
  };
  const so = ({ training }: typeof standard) => {
    const accuracy = training.states.at(-1)?.accuracy;
    return accuracy === undefined ? '–' : percent(accuracy, language);
  };
  return (
    <section class="explorer train not-content" aria-label={words.title}>
      <p>
        <button type="button" class="play-button" onClick={isRunning ? stop : start}>
          {isRunning ? words.stop : isFresh ? words.start : words.again}
        </button>
      </p>
      <div class="train-forms">
        <FormView
          form="standard"
          facts={facts.standard}
          training={standard.training}
          {...{ epochs, words, language }}
        />
        <FormView
          form="separable"
          facts={facts.separable}
          training={separable.training}
          {...{ epochs, words, language }}
        />
      </div>
      <figure class="curve">
        <figcaption>
          <span class="legend">
            <Key tone="standard" name={words.standard} />
            <Key tone="ink" name={words.separable} />
            <span class="legend-entry">{words.guessing}</span>
          </span>
        </figcaption>
        <LazyChart load={loadPlot} data={picture} label={words.chart(so(standard), so(separable))} />
      </figure>
    </section>
  );
}
