/** @file The digit network, away from the page. */
import { digitInput, sampleDigits, storedDigitNetwork } from '../../../../cli/src/digits/stored-digits.js';
import { type Classification, type Classifier, createClassifier } from '../model/classify.js';

/** The page asks with an image of 28×28 bytes. */
export interface DigitRequest {
  readonly image: Uint8Array;
}

/** The worker begins with the samples, then answers one request after the other. */
export type DigitReport =
  | { readonly kind: 'samples'; readonly samples: readonly Uint8Array[] }
  | { readonly kind: 'classified'; readonly result: Classification }
  | { readonly kind: 'failed'; readonly message: string };

/** A reader who draws should see each stroke answered at once. */
const budgetMs = 30;

const report = (message: DigitReport): void => postMessage(message);
let classifier: Promise<Classifier> | undefined;

async function classify(image: Uint8Array): Promise<void> {
  classifier ??= createClassifier(storedDigitNetwork(), { count: 10, budgetMs });
  report({ kind: 'classified', result: (await classifier).classify(digitInput(image)) });
}

self.addEventListener('message', ({ data }: MessageEvent<DigitRequest>) => {
  classify(data.image).catch((error: unknown) => {
    report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
report({ kind: 'samples', samples: sampleDigits() });
