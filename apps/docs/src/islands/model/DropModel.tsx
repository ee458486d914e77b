import type { Language } from '../../lib/frame.js';
import { ModelOnGpu } from '../gpu/ModelOnGpu.js';
import { QuantizeModel } from '../quantize/QuantizeModel.js';
import { ModelPicker } from './ModelPicker.js';
import { ModelView } from './ModelView.js';
import { useModel } from './use-model.js';
import { modelWords } from './words.js';

/** An ONNX or TFLite file, read in the browser: what it costs, layer by layer, and what could be separable. */
export function DropModel({ language }: { readonly language: Language }) {
  const words = modelWords(language);
  const { state, read } = useModel();
  return (
    <section class="explorer model not-content" aria-label={words.title}>
      <ModelPicker {...{ state, read, words }} />
      {state.summary && <ModelView summary={state.summary} {...{ words, language }} />}
      {state.summary && state.request && <ModelOnGpu model={state.request} language={language} />}
      {state.summary && state.request && (
        <QuantizeModel model={state.request} image={state.summary.image} language={language} />
      )}
    </section>
  );
}
