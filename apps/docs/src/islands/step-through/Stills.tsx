import { useState } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { embedWords } from '../embed/words.js';

/** Saves bytes or a text as a file of the reader. */
function save(content: BlobPart, type: string, name: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** How far the step-through of the page stands; its start where there is none. */
const standing = (): number =>
  Number(document.querySelector<HTMLInputElement>('.step-controls input[type="range"]')?.value ?? 0);

/** Buttons that save the step-through of the page as pictures. What draws them is loaded when one is pressed. */
export function Stills({ language }: { readonly language: Language }) {
  const words = embedWords(language);
  const [state, setState] = useState<{ readonly busy?: boolean; readonly failure?: string }>({});
  const drawing = async (draw: (pictures: typeof import('./still.js')) => Promise<void> | void) => {
    setState({ busy: true });
    try {
      await draw(await import('./still.js'));
      setState({});
    } catch (error) {
      setState({ failure: error instanceof Error ? error.message : String(error) });
    }
  };
  const saveStill = () =>
    drawing(({ stillAt }) => save(stillAt(standing(), language), 'image/svg+xml', 'step-through.svg'));
  const saveAnimation = () =>
    drawing(async ({ animationOf }) => save(await animationOf(language), 'image/png', 'step-through.png'));
  return (
    <span class="stills">
      <button type="button" class="quiet-button" disabled={state.busy} onClick={() => void saveStill()}>
        {words.still}
      </button>
      <button type="button" class="quiet-button" disabled={state.busy} onClick={() => void saveAnimation()}>
        {words.animation}
      </button>
      <span role="status">
        {state.busy ? words.drawing : state.failure ? words.failed(state.failure) : ''}
      </span>
    </span>
  );
}
