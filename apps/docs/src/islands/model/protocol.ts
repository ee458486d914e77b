/** @file What the page and the worker that holds the dropped model tell each other. */
import type { Classification } from './classify.js';
import type { ExampleName } from './example-names.js';
import type { NormalizationName } from './image-input.js';
import type { OpenShape, Shapes } from './open-shape.js';
import type { ModelSummary } from './summary.js';

/** The page asks for these: a model, which takes the place of the one before, and then images. */
export type ModelRequest =
  | { readonly kind: 'read'; readonly file: File; readonly shapes?: Shapes }
  | { readonly kind: 'example'; readonly name: ExampleName }
  | {
      readonly kind: 'classify';
      readonly image: Blob;
      readonly labels: Blob | undefined;
      readonly normalization: NormalizationName;
    };

/** The worker answers each request with one of these. */
export type ModelReport =
  | { readonly kind: 'model'; readonly summary: ModelSummary }
  | { readonly kind: 'classified'; readonly result: Classification }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** What the reader could say to make it work. */
      readonly open?: OpenShape | undefined;
    };
