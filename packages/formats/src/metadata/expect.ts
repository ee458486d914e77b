/** @file What stands beside a network, before it is written. */
import { refuse } from '../errors.js';
import type { ModelMetadata } from './metadata.js';

/** @throws {FormatError} when a field is something else than it can be. */
export function expectMetadata(metadata: ModelMetadata): void {
  if (typeof metadata !== 'object' || metadata === null) {
    refuse(`metadata must be an object, but is ${String(metadata)}`);
  }
  const { labels, normalization, properties } = metadata;
  if (
    labels !== undefined &&
    !(Array.isArray(labels) && labels.every((label) => typeof label === 'string'))
  ) {
    refuse('labels must be a list of texts, one for each class');
  }
  const isNumbers = (value: unknown): boolean => [value].flat().every((one) => typeof one === 'number');
  if (normalization !== undefined) {
    const { mean, standardDeviation } = normalization ?? {};
    if (!isNumbers(mean) || !isNumbers(standardDeviation)) {
      refuse('normalization must be { mean, standardDeviation }, each a number or one for each channel');
    }
  }
  if (properties !== undefined && !(properties instanceof Map)) {
    refuse('properties must be a map from keys to texts');
  }
}
