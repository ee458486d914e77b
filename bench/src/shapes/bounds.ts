/** @file How far a layer's output may be from the reference, element by element. */
import { referenceOutput } from '../harness/reference.ts';
import { type Layer, termsOf } from './layer.ts';
import { layerCase, magnitudeCase } from './layer-case.ts';

/** What is right, and how far an engine may be off. */
export interface Expected {
  readonly output: Float32Array;
  readonly bound: Float32Array;
}

/** The oracle's own magnitudes are rounded to float32. */
const inflation = 1 + 2 ** -22;

/**
 * `(k + 2) · 2⁻²⁴ · (|b| + Σ|x·w|) + k · 2⁻¹⁴⁹` for a sum of k products, in any order and with or without fused multiply-add.
 * ReLU and ReLU6 make no difference larger.
 */
export function expectedOf(layer: Layer): Expected {
  const given = layerCase(layer);
  const output = referenceOutput(given.network, given.input);
  // Integers are exact.
  if (layer.type === 'int8') return { output, bound: output.map(() => 0) };
  const absolute = magnitudeCase(layer);
  const magnitude = referenceOutput(absolute.network, absolute.input);
  const k = termsOf(layer);
  const bound = magnitude.map((sum) => (k + 2) * 2 ** -24 * sum * inflation + k * 2 ** -149);
  return { output, bound };
}
