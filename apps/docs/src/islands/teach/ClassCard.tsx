import { useRef } from 'preact/hooks';
import { FileDrop } from '../controls/FileDrop.js';
import { useObjectUrl } from '../model/use-object-url.js';
import type { ClassExamples } from './protocol.js';
import type { TeachWords } from './words.js';

/** So many examples are shown; the others are counted. */
const mostShown = 12;
/** Between two pictures of the camera, in milliseconds. */
const pause = 120;

function Thumbnail({ image }: { readonly image: Blob }) {
  return <img src={useObjectUrl(image)} alt="" />;
}

interface ClassCardProps {
  readonly number: number;
  readonly examples: ClassExamples;
  readonly words: TeachWords;
  readonly disabled: boolean;
  readonly change: (examples: ClassExamples) => void;
  /** Adds to whatever has come meanwhile. */
  readonly add: (images: readonly Blob[]) => void;
  readonly remove: (() => void) | undefined;
  /** The camera's picture, while it is on. */
  readonly picture: (() => Promise<Blob | null>) | undefined;
}

/** One class: its name, and its examples from files or from the camera. */
export function ClassCard({
  number,
  examples,
  words,
  disabled,
  change,
  add,
  remove,
  picture,
}: ClassCardProps) {
  const { name, images } = examples;
  const recording = useRef(false);
  const record = async () => {
    if (picture === undefined || recording.current) return;
    recording.current = true;
    while (recording.current) {
      const image = await picture();
      if (image !== null) add([image]);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  };
  const end = () => {
    recording.current = false;
  };
  return (
    <fieldset class="teach-class" disabled={disabled}>
      <legend class="visually-hidden">{words.className(number)}</legend>
      <input
        type="text"
        class="teach-name"
        aria-label={words.className(number)}
        maxLength={60}
        value={name}
        onInput={({ currentTarget }) => change({ name: currentTarget.value, images })}
      />
      <FileDrop
        title={words.photos(name)}
        hint={words.photosHint(images.length)}
        accept="image/*"
        onFiles={add}
        disabled={disabled}
      />
      {images.length > 0 && (
        <div class="teach-thumbnails">
          {images.slice(-mostShown).map((image, i) => (
            <Thumbnail key={i} image={image} />
          ))}
        </div>
      )}
      <p class="teach-buttons">
        {picture && (
          <button
            type="button"
            class="quiet-button"
            aria-label={words.captureFor(name)}
            onPointerDown={record}
            onPointerUp={end}
            onPointerLeave={end}
            onKeyDown={({ key }) => (key === ' ' || key === 'Enter') && record()}
            onKeyUp={end}
            onBlur={end}
          >
            {words.capture}
          </button>
        )}
        {images.length > 0 && (
          <button type="button" class="quiet-button" onClick={() => change({ name, images: [] })}>
            {words.forget}
          </button>
        )}
        {remove && (
          <button type="button" class="quiet-button" onClick={remove}>
            {words.removeClass}
          </button>
        )}
      </p>
    </fieldset>
  );
}
