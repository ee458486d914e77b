import type { Language } from '../../lib/frame.js';
import { exact, percent, short } from '../../lib/numbers.js';
import { Filters } from './Filters.js';
import type { FormFacts } from './protocol.js';
import type { Training } from './use-training.js';
import type { TrainWords } from './words.js';

interface FormViewProps {
  readonly form: 'standard' | 'separable';
  readonly facts: FormFacts;
  readonly training: Training;
  readonly epochs: number;
  readonly words: TrainWords;
  readonly language: Language;
}

/** What a form is doing, in words. */
function statusOf({ training, epochs, words }: FormViewProps): string {
  const { phase, states, loss, message = '' } = training;
  const done = states.length - 1;
  if (phase === 'running') {
    return loss === undefined
      ? words.waiting
      : words.progress(Math.min(done + 1, epochs), epochs, loss.toFixed(3));
  }
  return {
    idle: words.idle,
    finished: words.finished(epochs),
    stopped: words.stopped,
    failed: words.failed(message),
  }[phase];
}

/** One form: what it costs, how far it is, how often it is right, and its filters as they are now. */
export function FormView(props: FormViewProps) {
  const { form, facts, training, epochs, words, language } = props;
  const last = training.states.at(-1);
  const tone = form === 'standard' ? 'standard' : 'depthwise';
  const done = Math.max(training.states.length - 1, 0);
  return (
    <section class="train-form" data-form={form} aria-label={words[form]}>
      <h3>{words[form]}</h3>
      <p class="explorer-note">{words.costs(short(facts.macs), exact(facts.params, language))}</p>
      <p role="status">{statusOf(props)}</p>
      <progress
        max={epochs}
        value={done + training.share}
        aria-label={`${words[form]}, ${words.epochAxis}`}
      />
      <p class="train-accuracy">
        <b data-field="accuracy">{last?.accuracy === undefined ? '–' : percent(last.accuracy, language)}</b>
        <span>
          {words.accuracy}
          {facts.accuracy !== undefined && <small>{words.all(percent(facts.accuracy, language))}</small>}
        </span>
      </p>
      {last && (
        <>
          <p class="explorer-note">{words.first}</p>
          <Filters filters={last.first} tone="other" label={words.first} />
          <p class="explorer-note">{words.block[form]}</p>
          <Filters filters={last.block} tone={tone} label={words.block[form]} />
        </>
      )}
    </section>
  );
}
