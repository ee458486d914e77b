/** @file What the page and its measuring worker tell each other. */
import type { Form } from './forms.js';
import type { MeasuredLayer } from './layers.js';

/** What is known of a form so far. */
export interface FormTiming {
  /** Median of the rounds. */
  readonly milliseconds: number;
  /** The kernels that ran, in order. */
  readonly kernels: readonly string[];
}

/** The page asks for this. */
export interface MeasureRequest {
  readonly layer: MeasuredLayer;
}

/** The worker answers with these, many times with `timing`, and once with `failed` or `finished`. */
export type MeasureReport =
  | { readonly kind: 'timing'; readonly rounds: number; readonly forms: Readonly<Record<Form, FormTiming>> }
  | { readonly kind: 'engine'; readonly name: string }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly message: string };
