/** @file TF.js: layers models and graph models, fetched or loaded from disk, read and inspected. */
import type { Inspection } from './inspection.js';
import type { TfjsParts } from './tfjs/parts.js';

export { FormatError } from './errors.js';
export type { ImportedInput, ImportedNetwork, ImportedOutput, ReadOptions } from './imported-network.js';
export type { Inspection } from './inspection.js';
export type { ModelMetadata, Resizing } from './metadata/metadata.js';
export type { TfjsOptions } from './tfjs/input-shape.js';
export { fetchTfjs, type LoadTfjsOptions, loadTfjs, type TfjsParts } from './tfjs/parts.js';
export { readTfjs } from './tfjs/read.js';

/** As {@link inspectNetwork} does for a `model.json`. */
export const inspectTfjs = async (model: TfjsParts['model']): Promise<Inspection> =>
  (await import('./tfjs/inspect.js')).inspectTfjs(model);
