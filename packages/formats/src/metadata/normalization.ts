/** @file The normalization that a file states, and the inputs that it is of. */
import type { Normalization } from '@sepconv/tensor';
import type { ImportedInput } from '../imported-network.js';
import type { ModelMetadata } from './metadata.js';

/** Whether colours are normalized differently, which the one scale of an input cannot say. */
function isByChannel({ mean, standardDeviation }: Normalization): boolean {
  return [mean, standardDeviation].some(
    (values) => typeof values !== 'number' && values.some((value) => value !== values[0]),
  );
}

/**
 * Inputs that are images, with the normalization that the file states. Where an input's own numbers say one, that is more exact,
 * unless the file states another one for each colour.
 */
export function withNormalization(
  inputs: readonly ImportedInput[],
  { normalization }: ModelMetadata,
): ImportedInput[] {
  const isFit = ({ shape }: ImportedInput): boolean => {
    const channels = shape[3] ?? 0;
    const lengths = [normalization?.mean ?? 0, normalization?.standardDeviation ?? 1]
      .filter((value) => typeof value !== 'number')
      .map((value) => value.length);
    return shape.length === 4 && lengths.every((length) => length === channels);
  };
  return inputs.map((input) =>
    normalization === undefined ||
    !isFit(input) ||
    (input.normalization !== undefined && !isByChannel(normalization))
      ? input
      : { ...input, normalization },
  );
}

/** Whether a normalization can be computed with. */
export function isNormalization({ mean, standardDeviation }: Normalization): boolean {
  return [mean].flat().every(Number.isFinite) && [standardDeviation].flat().every((value) => value > 0);
}
