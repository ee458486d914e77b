import { useState } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { percent } from '../../lib/numbers.js';
import { Guesses } from '../run/Guesses.js';
import { runWords } from '../run/words.js';
import { DrawingField } from './DrawingField.js';
import { GreyImage } from './GreyImage.js';
import { type Drawing, mnistImage, side } from './mnist-image.js';
import { useDigits } from './use-digits.js';

/** Draw a digit, or take a handwritten one: the network that ships with the command says what it is. */
export function DrawDigit({ language }: { readonly language: Language }) {
  const words = runWords(language);
  const { state, classify } = useDigits();
  const [image, setImage] = useState<Uint8Array>();
  /** Counts up to empty the field: what is shown then is a sample, or nothing. */
  const [emptied, setEmptied] = useState(0);
  const show = (next: Uint8Array | undefined) => {
    setImage(next);
    if (next !== undefined) classify(next);
  };
  const drawn = (drawing: Drawing) => show(mnistImage(drawing));
  const result = image && state.result;
  const best = result?.guesses[0];
  return (
    <section class="explorer digits not-content" aria-label={words.digitsTitle}>
      <div class="digits-grid">
        <div class="digits-input">
          <DrawingField label={words.canvas} placeholder={words.drawHere} emptied={emptied} onDrawn={drawn} />
          <button
            type="button"
            class="quiet-button"
            onClick={() => {
              setEmptied(emptied + 1);
              show(undefined);
            }}
          >
            {words.clear}
          </button>
        </div>
        <div class="digits-output">
          <p class="digits-answer" role="status">
            {state.failure
              ? words.digitsFailed(state.failure)
              : best
                ? words.seen(best.index, percent(best.probability, language))
                : words.nothingYet}
          </p>
          {image && (
            <div class="digits-small">
              <GreyImage pixels={image} side={side} label={words.small} />
              <span>{words.small}</span>
            </div>
          )}
          {result && (
            <Guesses
              result={{
                ...result,
                guesses: result.guesses.map((guess) => ({ ...guess, label: `${guess.index}` })),
              }}
              {...{ words, language }}
            />
          )}
        </div>
        <div>
          <p id="sample-digits">{words.samples}</p>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form's inputs, and these are buttons */}
          <div class="digits-samples" role="group" aria-labelledby="sample-digits">
            {state.samples?.map((pixels, digit) => (
              <button
                key={digit}
                type="button"
                aria-label={words.sample(digit)}
                onClick={() => {
                  setEmptied(emptied + 1);
                  show(pixels);
                }}
              >
                <GreyImage pixels={pixels} side={side} />
              </button>
            )) ?? words.loading}
          </div>
        </div>
      </div>
    </section>
  );
}
