import { useState } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { FileDrop } from '../controls/FileDrop.js';
import { ModelOnGpu } from '../gpu/ModelOnGpu.js';
import { Guesses } from '../run/Guesses.js';
import { runWords } from '../run/words.js';
import { type NormalizationName, normalizationChoices } from './image-input.js';
import { Failure, ModelPicker } from './ModelPicker.js';
import { NormalizationChoice } from './NormalizationChoice.js';
import { useModel } from './use-model.js';
import { useObjectUrl } from './use-object-url.js';
import { modelWords } from './words.js';

/** A model file and an image, both dropped: what the network sees, and how long it takes here. */
export function RunModel({ language }: { readonly language: Language }) {
  const words = runWords(language);
  const { state, read, classify } = useModel();
  const [image, setImage] = useState<File>();
  const [labels, setLabels] = useState<File>();
  const [chosen, setChosen] = useState<NormalizationName>();
  const picture = useObjectUrl(image);
  const { summary, result, failure, phase, request } = state;
  const input = typeof summary?.image === 'object' ? summary.image : undefined;
  const choices = input === undefined ? [] : normalizationChoices(input);
  const normalization = chosen !== undefined && choices.includes(chosen) ? chosen : (choices[0] ?? 'file');

  const run = (change: { image?: File; labels?: File; normalization?: NormalizationName }) => {
    const wanted = { image, labels, normalization, ...change };
    if (wanted.image !== undefined) classify({ ...wanted, image: wanted.image, labels: wanted.labels });
  };
  return (
    <section class="explorer model not-content" aria-label={words.modelTitle}>
      <ModelPicker state={state} read={read} words={modelWords(language)} withExamples={false} />
      {summary !== undefined && input === undefined && (
        <p class="explorer-note">
          {words.noClassifier} <span lang="en">{summary.image as string}</span>
        </p>
      )}
      {input && (
        <>
          <div class="run-inputs">
            <FileDrop
              title={words.dropImage}
              hint={words.dropImageHint(input.width, input.height)}
              accept="image/*"
              onFile={(file) => {
                setImage(file);
                run({ image: file });
              }}
            />
            <FileDrop
              title={labels?.name ?? words.dropLabels}
              hint={words.dropLabelsHint(input.classes)}
              accept=".txt,text/plain"
              onFile={(file) => {
                setLabels(file);
                run({ labels: file });
              }}
            />
          </div>
          <div class="run-settings">
            <NormalizationChoice
              {...{ choices, language }}
              chosen={normalization}
              onChoice={(name) => {
                setChosen(name);
                run({ normalization: name });
              }}
            />
            <p role="status">{phase === 'classifying' ? words.running : ''}</p>
          </div>
          {failure?.of === 'image' && (
            <Failure title={words.cannotRun} message={failure.message} words={modelWords(language)} />
          )}
          {result && (
            <div class="run-result">
              {picture && <img src={picture} alt={image?.name ?? ''} />}
              <Guesses result={result} {...{ words, language }} />
            </div>
          )}
          {result && request && (
            <ModelOnGpu
              model={request}
              {...{ image, normalization, language }}
              isBusy={phase === 'classifying'}
            />
          )}
        </>
      )}
    </section>
  );
}
