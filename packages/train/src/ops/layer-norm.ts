/**
 * @file Layer normalization: each position is normalized by the mean and the variance of its own C channels.
 *
 *   x̂ = (x − μ) / √(σ² + ε),   out = scale · x̂ + shift
 *
 *   with h = g · scale:   ∂L/∂x = (h − mean(h) − x̂ · mean(h · x̂)) / √(σ² + ε),   means over the position's channels
 */
import { addSums, type Floats, type OpCall, type TrainingOp } from './training-op.js';

/** Calls `visit` for each position with its first element, its x̂ and its 1 / √(σ² + ε). */
function forEachPosition(
  call: OpCall<'layer-norm'>,
  visit: (first: number, normalized: Float64Array, factor: number) => void,
): void {
  const [input, scale] = call.inputs as readonly [Floats, Floats];
  const channels = scale.length;
  const normalized = new Float64Array(channels);
  for (let first = 0; first < input.length; first += channels) {
    let mean = 0;
    for (let c = 0; c < channels; c++) mean += input[first + c]! / channels;
    let variance = 0;
    for (let c = 0; c < channels; c++) variance += (input[first + c]! - mean) ** 2 / channels;
    const deviation = Math.sqrt(variance + call.attributes.epsilon);
    for (let c = 0; c < channels; c++) normalized[c] = (input[first + c]! - mean) / deviation;
    visit(first, normalized, 1 / deviation);
  }
}

export const layerNorm: TrainingOp<'layer-norm'> = {
  forward: (call) => {
    const [, scale, shift] = call.inputs as readonly [Floats, Floats, Floats];
    forEachPosition(call, (first, normalized) => {
      normalized.forEach((x, c) => {
        call.output[first + c] = scale[c]! * x + shift[c]!;
      });
    });
  },
  backward: (call) => {
    const [, scale] = call.inputs as readonly [Floats, Floats];
    const [toInput, toScale, toShift] = call.inputGradients;
    const { outputGradient } = call;
    addSums(toInput, (sums) => {
      forEachPosition(call, (first, normalized, factor) => {
        const h = normalized.map((_, c) => outputGradient[first + c]! * scale[c]!);
        const mean = h.reduce((sum, x) => sum + x, 0) / h.length;
        const along = h.reduce((sum, x, c) => sum + x * normalized[c]!, 0) / h.length;
        for (let c = 0; c < h.length; c++) sums[first + c] = factor * (h[c]! - mean - normalized[c]! * along);
      });
    });
    addSums(toScale, (sums) => {
      forEachPosition(call, (first, normalized) => {
        for (let c = 0; c < sums.length; c++) sums[c]! += outputGradient[first + c]! * normalized[c]!;
      });
    });
    addSums(toShift, (sums) => {
      outputGradient.forEach((g, i) => {
        sums[i % sums.length]! += g;
      });
    });
  },
};
