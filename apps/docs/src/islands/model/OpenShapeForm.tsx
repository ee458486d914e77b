import { useState } from 'preact/hooks';
import { isOpen, likelySize, type OpenShape } from './open-shape.js';
import type { ModelWords } from './words.js';

interface OpenShapeFormProps {
  readonly file: string;
  readonly open: OpenShape;
  readonly words: ModelWords;
  readonly onShape: (shape: readonly number[]) => void;
}

/** Asks for every dimension that the file leaves open in an input. */
export function OpenShapeForm({ file, open, words, onShape }: OpenShapeFormProps) {
  const { input, dims } = open;
  const [sizes, setSizes] = useState(() =>
    dims.map((dimension, axis) => (isOpen(dimension) ? likelySize(axis) : Number(dimension))),
  );
  return (
    <form
      class="open-shape"
      onSubmit={(event) => {
        event.preventDefault();
        onShape(sizes);
      }}
    >
      <p role="alert">{words.openShape(file, input)}</p>
      {dims.map((dimension, axis) =>
        isOpen(dimension) ? (
          <label key={axis} class="choice">
            <span>{words.openDimension(axis, `${dimension}`)}</span>
            <input
              type="number"
              min={1}
              max={65536}
              required
              value={sizes[axis]}
              onInput={({ currentTarget }) =>
                setSizes(sizes.map((size, each) => (each === axis ? currentTarget.valueAsNumber : size)))
              }
            />
          </label>
        ) : null,
      )}
      <button type="submit" class="quiet-button">
        {words.readAgain}
      </button>
    </form>
  );
}
