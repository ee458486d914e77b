import { useEffect, useState } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { percent } from '../../lib/numbers.js';
import { FileDrop } from '../controls/FileDrop.js';
import type { Guess } from '../model/classify.js';
import { useObjectUrl } from '../model/use-object-url.js';
import type { TeachWords } from './words.js';

interface TryItProps {
  readonly words: TeachWords;
  readonly language: Language;
  readonly guesses: readonly Guess[] | undefined;
  readonly classify: (image: Blob) => Promise<void>;
  readonly picture: (() => Promise<Blob | null>) | undefined;
}

/** What was taught, on an image of the reader or on whatever the camera sees. */
export function TryIt({ words, language, guesses, classify, picture }: TryItProps) {
  const [image, setImage] = useState<Blob>();
  const url = useObjectUrl(image);
  const isLive = picture !== undefined;
  useEffect(() => {
    if (picture === undefined) return;
    let goesOn = true;
    const look = async () => {
      const seen = await picture();
      if (!goesOn) return;
      if (seen !== null) await classify(seen);
      if (goesOn) requestAnimationFrame(look);
    };
    void look();
    return () => {
      goesOn = false;
    };
  }, [isLive]);
  return (
    <>
      <FileDrop
        title={words.test}
        hint={words.testHint}
        accept="image/*"
        onFile={(file) => {
          setImage(file);
          void classify(file);
        }}
      />
      <div class="run-result">
        {url && !isLive && <img src={url} alt="" />}
        <div class="guesses">
          {guesses === undefined ? (
            <p>{words.nothing}</p>
          ) : (
            <ol aria-label={words.guesses}>
              {guesses.map(({ index, label, probability }) => (
                <li key={index} class="bar-row">
                  <span class="bar-name">{label}</span>
                  <span class="bar-track">
                    <span class="bar-segment fill-pointwise" style={{ width: `${probability * 100}%` }} />
                  </span>
                  <span class="bar-value">{percent(probability, language)}</span>
                </li>
              ))}
            </ol>
          )}
        </div>
      </div>
    </>
  );
}
