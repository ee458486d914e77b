/** @file What the page and the worker that quantizes tell each other. */
import type { QuantizeReport } from '@sepconv/quantize';
import type { NormalizationName } from '../model/image-input.js';
import type { NetworkFile } from '../model/network-files.js';
import type { ModelRequest } from '../model/protocol.js';

/** The model, as the page asked for it, and what ranges are learnt from. */
export interface QuantizeRequest {
  readonly model: Extract<ModelRequest, { kind: 'read' | 'example' }>;
  /** None: ranges are those of drawn inputs. */
  readonly images: readonly Blob[];
  readonly normalization: NormalizationName;
}

/** A quantized network. */
export interface Quantized {
  readonly report: QuantizeReport;
  readonly seconds: number;
  readonly files: readonly NetworkFile[];
}

/** The worker says how far it is, and ends with the network or why there is none. */
export type QuantizeProgress =
  | { readonly kind: 'progress'; readonly what: string; readonly share: number }
  | { readonly kind: 'finished'; readonly quantized: Quantized }
  | { readonly kind: 'failed'; readonly message: string };
