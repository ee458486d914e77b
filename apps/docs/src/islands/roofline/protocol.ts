/** @file What the roofline and its measuring worker tell each other. */
import type { Graph } from '@sepconv/graph';
import type { MeasuredLayers } from './roofline-data.js';

/** The page asks for this. */
export interface LayersRequest {
  readonly graph: Graph;
}

/** The worker answers with these, and ends with `finished` or `failed`. */
export type LayersReport =
  | { readonly kind: 'round'; readonly rounds: number }
  | { readonly kind: 'finished'; readonly measured: MeasuredLayers }
  | { readonly kind: 'failed'; readonly message: string };
