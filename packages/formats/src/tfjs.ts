/** @file TF.js: layers models and graph models, fetched or loaded from disk, read and inspected. */

export { FormatError } from './errors.js';
export type { ImportedInput, ImportedNetwork, ImportedOutput, ReadOptions } from './imported-network.js';
export type { Inspection } from './inspection.js';
export type { TfjsOptions } from './tfjs/input-shape.js';
export { inspectTfjs } from './tfjs/inspect.js';
export { fetchTfjs, type LoadTfjsOptions, loadTfjs, type TfjsParts } from './tfjs/parts.js';
export { readTfjs } from './tfjs/read.js';
