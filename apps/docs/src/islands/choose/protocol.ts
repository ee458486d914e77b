/** @file What the page and the worker that times whole networks tell each other. */
import type { NetworkName } from '@sepconv/mobilenet';
import type { Latency } from './candidates.js';

/** A network to time. */
export interface Timed {
  readonly id: string;
  readonly network: NetworkName;
  readonly options: { readonly width?: number; readonly resolution: number };
}

/** The page asks for these, in this order. */
export interface LatencyRequest {
  readonly networks: readonly Timed[];
}

/** What the worker says. */
export type LatencyReport =
  | { readonly kind: 'next'; readonly id: string; readonly index: number; readonly count: number }
  | { readonly kind: 'time'; readonly id: string; readonly latency: Latency }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly message: string };
