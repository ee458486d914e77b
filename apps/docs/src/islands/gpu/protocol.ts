/** @file What the page and the worker that compares CPU and GPU tell each other. */
import type { LayerOptions } from '@sepconv/mobilenet';
import type { NormalizationName } from '../model/image-input.js';
import type { ModelRequest } from '../model/protocol.js';

/** What runs on both: a layer in its forms, or a model on an image or on drawn numbers. */
export type Subject =
  | { readonly kind: 'layer'; readonly layer: LayerOptions }
  | {
      readonly kind: 'model';
      readonly model: Extract<ModelRequest, { kind: 'read' | 'example' }>;
      readonly image?: { readonly file: Blob; readonly normalization: NormalizationName } | undefined;
    };

/** The GPU, as its driver names it. */
export interface GpuName {
  readonly name: string;
  /** Whether it is a program on the CPU. */
  readonly isSoftware: boolean;
}

/** Milliseconds of a run: lower quartiles of batches in turns. */
export interface BothTimes {
  readonly cpu: number;
  /** With upload and read-back. */
  readonly gpu: number;
  /** With upload, and results that stay on the GPU. */
  readonly gpuAlone: number;
}

/** One network on both. */
export interface Comparison {
  /** Which form of a layer it is; `model` where it is one. */
  readonly of: 'standard' | 'separable' | 'model';
  readonly engine: string;
  readonly times: BothTimes;
  /** The largest difference of an element, and the largest element. */
  readonly difference: number;
  readonly largest: number;
  readonly dispatches: number;
  readonly boundBytes: number;
  /** The class that each of them puts first, where an image was classified. */
  readonly first?: { readonly cpu: number; readonly gpu: number } | undefined;
}

/** The worker says how far it is, and ends with what it found or why it found nothing. */
export type GpuReport =
  | { readonly kind: 'compiling'; readonly done: number; readonly total: number }
  | { readonly kind: 'measuring'; readonly rounds: number }
  | { readonly kind: 'finished'; readonly gpu: GpuName; readonly found: readonly Comparison[] }
  | { readonly kind: 'failed'; readonly message: string };
