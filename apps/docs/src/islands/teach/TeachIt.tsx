import { useState } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { FileDrop } from '../controls/FileDrop.js';
import { Failure } from '../model/ModelPicker.js';
import { modelWords } from '../model/words.js';
import { ClassCard } from './ClassCard.js';
import type { ClassExamples } from './protocol.js';
import { TaughtView } from './TaughtView.js';
import { TryIt } from './TryIt.js';
import { useCamera } from './use-camera.js';
import { type TeachState, useTeacher } from './use-teacher.js';
import { type TeachWords, teachWords } from './words.js';

/** A class in the page, which keeps its place whatever it is called. */
interface PageClass extends ClassExamples {
  readonly key: number;
}

/** Classes that the reader can name and fill. */
function useClasses(words: TeachWords) {
  const fresh = (key: number): PageClass => ({ key, name: words.newClass(key), images: [] });
  const [classes, setClasses] = useState<readonly PageClass[]>([fresh(1), fresh(2)]);
  const update = (key: number, next: (known: PageClass) => ClassExamples) =>
    setClasses((all) => all.map((each) => (each.key === key ? { ...each, ...next(each) } : each)));
  return {
    classes,
    update,
    add: () => setClasses((all) => [...all, fresh(Math.max(...all.map(({ key }) => key)) + 1)]),
    remove: (key: number) => setClasses((all) => all.filter((each) => each.key !== key)),
  };
}

const statusOf = ({ phase, step, share = 0 }: TeachState, words: TeachWords): string =>
  phase === 'teaching' && step ? words.step(step, share) : phase === 'stopped' ? words.stopped : '';

interface TeachStartProps {
  readonly model: File | undefined;
  readonly setModel: (model: File | undefined) => void;
  readonly camera: ReturnType<typeof useCamera>;
  readonly words: TeachWords;
  readonly disabled: boolean;
}

/** The network to go on from, and the camera. */
function TeachStart({ model, setModel, camera, words, disabled }: TeachStartProps) {
  return (
    <div class="teach-start">
      <FileDrop
        title={model ? words.modelIs(model.name) : words.model}
        hint={words.modelHint}
        accept=".onnx,.tflite,.lite"
        onFile={setModel}
        disabled={disabled}
      />
      <p class="teach-buttons">
        {model && (
          <button type="button" class="quiet-button" onClick={() => setModel(undefined)}>
            {words.forgetModel}
          </button>
        )}
        <button type="button" class="quiet-button" onClick={camera.isOpen ? camera.close : camera.open}>
          {camera.isOpen ? words.cameraOff : words.camera}
        </button>
      </p>
      {camera.failure && <p role="alert">{words.noCamera(camera.failure)}</p>}
      {camera.isOpen && <video ref={camera.video} aria-label={words.cameraPicture} muted playsInline />}
    </div>
  );
}

/** A network learns classes of the reader, in the reader's own browser. */
export function TeachIt({ language }: { readonly language: Language }) {
  const words = teachWords(language);
  const { classes, update, add, remove } = useClasses(words);
  const [model, setModel] = useState<File>();
  const camera = useCamera();
  const { state, teach, classify, stop } = useTeacher();
  const isTeaching = state.phase === 'teaching';
  const isReady = classes.length > 1 && classes.every(({ images }) => images.length > 1);
  const picture = camera.isOpen ? camera.picture : undefined;
  return (
    <section class="explorer model teach not-content" aria-label={words.title}>
      <TeachStart {...{ model, setModel, camera, words }} disabled={isTeaching} />
      <div class="teach-classes">
        {classes.map(({ key, name, images }, i) => (
          <ClassCard
            key={key}
            number={i + 1}
            examples={{ name, images }}
            words={words}
            disabled={isTeaching}
            change={(next) => update(key, () => next)}
            add={(more) => update(key, (known) => ({ name: known.name, images: [...known.images, ...more] }))}
            remove={classes.length > 2 ? () => remove(key) : undefined}
            picture={picture}
          />
        ))}
        <button type="button" class="quiet-button" disabled={isTeaching} onClick={add}>
          {words.addClass}
        </button>
      </div>
      <p class="teach-buttons">
        <button
          type="button"
          class="play-button"
          disabled={!isReady && !isTeaching}
          onClick={() =>
            isTeaching
              ? stop()
              : teach({
                  ...(model && { model }),
                  classes: classes.map(({ name, images }) => ({ name: name.trim(), images })),
                })
          }
        >
          {isTeaching ? words.stop : words.teach}
        </button>
        {isTeaching && <progress max={1} value={state.share ?? 0} aria-label={words.teach} />}
        <span role="status">{statusOf(state, words)}</span>
      </p>
      {!isReady && <p class="explorer-note">{words.needed}</p>}
      {state.failure && (
        <Failure
          title={words.failed}
          message={state.failure}
          words={{ ...modelWords(language), failureNote: '' }}
        />
      )}
      {state.taught && (
        <>
          <TaughtView taught={state.taught} {...{ words, language }} />
          <TryIt guesses={state.guesses} {...{ words, language, classify, picture }} />
        </>
      )}
    </section>
  );
}
