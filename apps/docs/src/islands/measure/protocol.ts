/** @file What the page and its measuring worker tell each other. */
import type { LayerOptions } from '@sepconv/mobilenet';
import type { Form } from './forms.js';

/** What is known of a form so far. */
export interface FormTiming {
  /** Of one run: the lower quartile of the batches so far. */
  readonly milliseconds: number;
  /** Distance of the quartiles in parts of the median. */
  readonly spread: number;
}

/** The page asks for this. */
export interface MeasureRequest {
  readonly layer: LayerOptions;
}

/** What the forms took so far. */
export type FormTimings = Readonly<Record<Form, FormTiming>>;

/** The worker answers with these, many times with `timing`, and once with `failed` or `finished`. */
export type MeasureReport =
  | { readonly kind: 'timing'; readonly rounds: number; readonly forms: FormTimings }
  | { readonly kind: 'engine'; readonly name: string; readonly kernels: Readonly<Record<Form, string>> }
  | {
      readonly kind: 'finished';
      readonly forms: FormTimings;
      /** Whether the times have settled. If not, the factors mean little. */
      readonly isSteady: boolean;
    }
  | { readonly kind: 'failed'; readonly message: string };
