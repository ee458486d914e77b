/** @file Teaches away from the page, and then tells images apart. Nothing here asks the network for anything. */
import { pixelsOf, prepareImage } from '@sepconv/vision';
import { type Classifier, createClassifier } from '../model/classify.js';
import type { TeachReport, TeachRequest } from './protocol.js';
import { digitPupil, type Pupil, pupilFrom, teach } from './teach.js';

const report = (message: TeachReport): void => postMessage(message);

interface Graduate {
  readonly classifier: Classifier;
  readonly pupil: Pupil;
  readonly names: readonly string[];
}

let graduate: Graduate | undefined;

/** A reader who holds something into the camera wants to see at once what it is taken for. */
const budgetMs = 0;

async function learn({ model, classes }: Extract<TeachRequest, { kind: 'teach' }>): Promise<TeachReport> {
  graduate?.classifier.dispose();
  graduate = undefined;
  report({ kind: 'progress', step: 'reading', share: 0 });
  const pupil =
    model === undefined
      ? digitPupil()
      : await pupilFrom(new Uint8Array(await model.arrayBuffer()), model.name);
  const count = classes.reduce((sum, { images }) => sum + images.length, 0);
  let done = 0;
  const decoded = [];
  for (const { name, images } of classes) {
    const pixels = [];
    for (const image of images) {
      pixels.push(await pixelsOf(image));
      report({ kind: 'progress', step: 'images', share: ++done / count });
    }
    decoded.push({ name, pixels });
  }
  const { network, taught } = await teach(pupil, decoded, (step, share) =>
    report({ kind: 'progress', step, share }),
  );
  const classifier = await createClassifier(network, { count: taught.classes.length, budgetMs });
  graduate = { classifier, pupil, names: taught.classes };
  return { kind: 'taught', taught };
}

async function classify(image: Blob): Promise<TeachReport> {
  if (graduate === undefined) throw new Error('teach it first');
  const { classifier, names, pupil } = graduate;
  const { tensor } = prepareImage(await pixelsOf(image), pupil.input, pupil.preprocessing);
  const { guesses, milliseconds } = classifier.classify(tensor, names);
  return { kind: 'classified', guesses, milliseconds };
}

self.addEventListener('message', ({ data }: MessageEvent<TeachRequest>) => {
  const answer = data.kind === 'teach' ? learn(data) : classify(data.image);
  answer.then(report, (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    report({ kind: 'failed', of: data.kind, message });
  });
});
