import type { Language } from '../../lib/frame.js';
import { percent } from '../../lib/numbers.js';
import type { Classification } from '../model/classify.js';
import type { RunWords } from './words.js';

interface GuessesProps {
  readonly result: Classification;
  readonly words: RunWords;
  readonly language: Language;
}

/** Milliseconds with three digits, or all of them where there are more. */
const milliseconds = (value: number): string =>
  `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ms`;

/** What a network says of an image, the most probable first, and how long it took in which engine. */
export function Guesses({ result, words, language }: GuessesProps) {
  const { guesses, engine, milliseconds: time, compileMilliseconds, firstMilliseconds, runs } = result;
  return (
    <div class="guesses">
      <ol aria-label={words.guesses}>
        {guesses.map(({ index, label, probability }) => (
          <li key={index} class="bar-row">
            <span class="bar-name">{label ?? words.classNumber(index)}</span>
            <span class="bar-track">
              <span class="bar-segment fill-pointwise" style={{ width: `${probability * 100}%` }} />
            </span>
            <span class="bar-value">{percent(probability, language)}</span>
          </li>
        ))}
      </ol>
      <p class="guesses-time">
        <b data-field="run-ms">{milliseconds(time)}</b>
        {words.perImage}
        <b data-field="engine">{engine.name}</b>
        {words.alsoTook(milliseconds(compileMilliseconds), milliseconds(firstMilliseconds), runs)}
      </p>
    </div>
  );
}
