import { useMemo, useState } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { GpuButton } from '../gpu/GpuButton.js';
import { useLater } from '../use-later.js';
import { layerName, lessonLayer, mobileNetLayers } from './layers.js';
import { type Measurement, useMeasurement } from './use-measurement.js';
import { type MeasureWords, measureWords } from './words.js';

const loadResults = () => import('./MeasureResults.js').then(({ MeasureResults }) => MeasureResults);

/** What is going on, in words. */
function statusOf({ phase, rounds = 0, message = '' }: Measurement, words: MeasureWords): string {
  return {
    idle: words.idle,
    preparing: words.preparing,
    running: words.round(rounds),
    finished: words.finished(rounds),
    stopped: words.stopped,
    failed: words.failed(message),
  }[phase];
}

/** Runs one layer in both forms in the reader's browser, with the kernels that the library ships. */
export function MeasureHere({ language }: { readonly language: Language }) {
  const words = measureWords(language);
  const layers = useMemo(() => [lessonLayer, ...mobileNetLayers()], []);
  const [chosen, setChosen] = useState(0);
  const { measurement, start, stop } = useMeasurement();
  const { phase, layer, engine, forms, isSteady } = measurement;
  const busy = phase === 'preparing' || phase === 'running';
  const Results = useLater(phase !== 'idle', loadResults);
  const subject = useMemo(() => ({ kind: 'layer', layer: layers[chosen]! }) as const, [chosen]);
  const option = (index: number) => <option value={index}>{layerName(layers[index]!)}</option>;
  return (
    <section class="measure not-content" aria-label={words.title}>
      <div class="measure-controls">
        <label class="choice">
          <span>{words.layer}</span>
          <select
            value={chosen}
            disabled={busy}
            onChange={({ currentTarget }) => setChosen(currentTarget.selectedIndex)}
          >
            <optgroup label={words.lessonLayer}>{option(0)}</optgroup>
            <optgroup label={words.networkLayers}>
              {layers.slice(1).map((_, index) => option(index + 1))}
            </optgroup>
          </select>
        </label>
        <button type="button" class="play-button" onClick={busy ? stop : () => start(layers[chosen]!)}>
          {busy ? words.stop : words.start}
        </button>
        <p class="measure-status" role="status">
          {statusOf(measurement, words)}
        </p>
      </div>
      {Results && forms && layer && (
        <Results
          {...{ layer, forms, engine, language }}
          isSteady={phase === 'finished' ? isSteady : undefined}
        />
      )}
      <GpuButton subject={subject} isBusy={busy} language={language} />
    </section>
  );
}
