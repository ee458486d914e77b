import { useEffect, useState } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { FileDrop } from '../controls/FileDrop.js';
import { type ImageInput, type NormalizationName, normalizationChoices } from '../model/image-input.js';
import { Failure } from '../model/ModelPicker.js';
import { NormalizationChoice } from '../model/NormalizationChoice.js';
import { modelWords } from '../model/words.js';
import type { QuantizeRequest } from './protocol.js';
import { QuantizeReportView } from './QuantizeReportView.js';
import { type QuantizeState, useQuantizer } from './use-quantizer.js';
import { type QuantizeWords, quantizeWords } from './words.js';

/** What is going on, in words. */
function statusOf(state: QuantizeState, words: QuantizeWords): string {
  switch (state.phase) {
    case 'running':
      return words.step(state.what, state.share);
    case 'finished':
      return words.finished(state.quantized.seconds.toFixed(1));
    case 'stopped':
      return words.stopped;
    default:
      return '';
  }
}

interface ImagesProps {
  readonly input: ImageInput;
  readonly images: readonly File[];
  readonly setImages: (images: readonly File[]) => void;
  readonly normalization: NormalizationName;
  readonly setNormalization: (name: NormalizationName) => void;
  readonly busy: boolean;
  readonly language: Language;
}

/** Images to learn ranges from, and what their bytes become. */
function CalibrationImages(props: ImagesProps) {
  const { input, images, setImages, normalization, setNormalization, busy, language } = props;
  const words = quantizeWords(language);
  const choices = normalizationChoices(input);
  return (
    <>
      <FileDrop
        title={words.images}
        hint={words.imagesHint(images.length)}
        accept="image/*"
        disabled={busy}
        onFiles={setImages}
      />
      <div class="run-settings">
        <NormalizationChoice
          {...{ choices, language }}
          chosen={normalization}
          onChoice={setNormalization}
          disabled={busy}
        />
        {images.length > 0 && (
          <button type="button" class="quiet-button" disabled={busy} onClick={() => setImages([])}>
            {words.forget}
          </button>
        )}
      </div>
      {images.length === 0 && <p class="explorer-note">{words.withoutImages}</p>}
    </>
  );
}

interface QuantizeProps {
  readonly model: QuantizeRequest['model'];
  /** What an image has to be for this network; or why it takes none. */
  readonly image: ImageInput | string;
  readonly language: Language;
}

/** The model as one of 8-bit integers: ranges from images of the reader or without, a report, and files to save. */
export function QuantizeModel({ model, image, language }: QuantizeProps) {
  const words = quantizeWords(language);
  const { state, start, stop } = useQuantizer(model);
  const [images, setImages] = useState<readonly File[]>([]);
  const [chosen, setNormalization] = useState<NormalizationName>();
  useEffect(() => setImages([]), [model]);
  const input = typeof image === 'object' ? image : undefined;
  const choices = input === undefined ? [] : normalizationChoices(input);
  const normalization = chosen !== undefined && choices.includes(chosen) ? chosen : (choices[0] ?? 'file');
  const busy = state.phase === 'running';
  return (
    <section class="quantize" aria-label={words.title}>
      <h3>{words.title}</h3>
      <p class="explorer-note">{words.lead}</p>
      {input === undefined ? (
        <p class="explorer-note">{words.noImages}</p>
      ) : (
        <CalibrationImages
          {...{ input, images, setImages, normalization, setNormalization, busy, language }}
        />
      )}
      <div class="quantize-controls">
        <button
          type="button"
          class="play-button"
          onClick={busy ? stop : () => start({ images: input === undefined ? [] : images, normalization })}
        >
          {busy ? words.stop : words.start}
        </button>
        {busy && <progress value={state.share} max={1} aria-label={words.title} />}
        <p role="status">{statusOf(state, words)}</p>
      </div>
      {state.phase === 'failed' && (
        <Failure title={words.failed} message={state.message} words={modelWords(language)} />
      )}
      {state.phase === 'finished' && (
        <QuantizeReportView quantized={state.quantized} {...{ words, language }} />
      )}
    </section>
  );
}
