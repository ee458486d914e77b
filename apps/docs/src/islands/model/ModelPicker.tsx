import { FileDrop } from '../controls/FileDrop.js';
import { exampleNames } from './example-names.js';
import { OpenShapeForm } from './OpenShapeForm.js';
import type { ModelState, useModel } from './use-model.js';
import type { ModelWords } from './words.js';

/** A request that came to nothing, and what the library says about it. */
export const Failure = ({ title, message, words }: FailureProps) => (
  <div class="failure" role="alert">
    <p class="failure-title">{title}</p>
    <p class="failure-message" lang="en">
      {message}
    </p>
    {words.failureNote && <p class="failure-note">{words.failureNote}</p>}
  </div>
);

interface FailureProps {
  readonly title: string;
  readonly message: string;
  readonly words: ModelWords;
}

interface ModelPickerProps {
  readonly state: ModelState;
  readonly read: ReturnType<typeof useModel>['read'];
  readonly words: ModelWords;
  /** Whether networks with seeded weights are offered, which can be counted and see nothing. Default `true`. */
  readonly withExamples?: boolean;
}

/** Where the model comes from: a file, or an example for who has none; and how far the reading is. */
export function ModelPicker({ state, read, words, withExamples = true }: ModelPickerProps) {
  const { phase, fileName = '', failure, summary, request } = state;
  const open = failure?.of === 'model' ? failure.open : undefined;
  const status = {
    empty: '',
    reading: words.reading(fileName),
    ready: words.ready(fileName, summary?.cost.layers.length ?? 0),
    classifying: words.ready(fileName, summary?.cost.layers.length ?? 0),
  }[phase];
  return (
    <div class="model-picker">
      <FileDrop
        title={words.drop}
        hint={words.dropHint}
        accept=".onnx,.tflite,.lite"
        onFile={(file) => read({ kind: 'read', file })}
      />
      {withExamples && (
        <p class="model-examples">
          <span>{words.noFile}</span>
          {exampleNames.map((name) => (
            <button
              key={name}
              type="button"
              class="quiet-button"
              onClick={() => read({ kind: 'example', name })}
            >
              {words.examples[name]}
            </button>
          ))}
        </p>
      )}
      <p class="model-status" role="status">
        {status}
      </p>
      {/* A size that is left open is a question, and no failure. */}
      {failure?.of === 'model' && open === undefined && (
        <Failure title={words.cannotRead(fileName)} message={failure.message} words={words} />
      )}
      {open !== undefined && request?.kind === 'read' && (
        <OpenShapeForm
          key={open.input}
          file={fileName}
          open={open}
          words={words}
          onShape={(shape) => read({ ...request, shapes: { ...request.shapes, [open.input]: shape } })}
        />
      )}
    </div>
  );
}
