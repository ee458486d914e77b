/**
 * @file Batch normalization in training: each channel is normalized by the mean and the variance of this very batch.
 *
 *   x̂ = (x − μ) / √(σ² + ε),   out = scale · x̂ + shift,   μ and σ² over all P positions of the channel
 *
 *   ∂L/∂shift = Σ g,   ∂L/∂scale = Σ g · x̂,   ∂L/∂x = scale / √(σ² + ε) · (g − mean(g) − x̂ · mean(g · x̂))
 *
 * The moving statistics are not read, and nothing flows back into them. Source: Ioffe and Szegedy 2015, arXiv:1502.03167.
 */
import { addSums, type Floats, type OpCall, type TrainingOp } from './training-op.js';

/** The mean and the variance (divided by P, not P − 1) of each channel of a batch. */
export interface BatchStatistics {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Statistics of the channels, the last dimension of `input`. */
export function batchStatistics(input: Floats, channels: number): BatchStatistics {
  const rows = input.length / channels;
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  input.forEach((x, i) => {
    mean[i % channels]! += x / rows;
  });
  input.forEach((x, i) => {
    variance[i % channels]! += (x - mean[i % channels]!) ** 2 / rows;
  });
  return { mean, variance };
}

/** x̂ of an element, and the factor 1 / √(σ² + ε) of its channel. */
function normalizer(call: OpCall<'batch-norm'>) {
  const [input, scale] = call.inputs as readonly [Floats, Floats];
  const { mean, variance } = batchStatistics(input, scale.length);
  const factor = variance.map((v) => 1 / Math.sqrt(v + call.attributes.epsilon));
  const normalized = (i: number, c: number): number => (input[i]! - mean[c]!) * factor[c]!;
  return { normalized, factor };
}

export const batchNorm: TrainingOp<'batch-norm'> = {
  forward: (call) => {
    const [, scale, shift] = call.inputs as readonly [Floats, Floats, Floats];
    const { normalized } = normalizer(call);
    const channels = scale.length;
    for (let i = 0; i < call.output.length; i++) {
      const c = i % channels;
      call.output[i] = scale[c]! * normalized(i, c) + shift[c]!;
    }
  },
  backward: (call) => {
    const [, scale] = call.inputs as readonly [Floats, Floats];
    const [toInput, toScale, toShift] = call.inputGradients;
    const { normalized, factor } = normalizer(call);
    const { outputGradient } = call;
    const channels = scale.length;
    const rows = outputGradient.length / channels;
    const sum = new Float64Array(channels);
    const sumNormalized = new Float64Array(channels);
    outputGradient.forEach((g, i) => {
      const c = i % channels;
      sum[c]! += g;
      sumNormalized[c]! += g * normalized(i, c);
    });
    addSums(toScale, (sums) => sums.set(sumNormalized));
    addSums(toShift, (sums) => sums.set(sum));
    addSums(toInput, (sums) => {
      for (let i = 0; i < sums.length; i++) {
        const c = i % channels;
        const centred = outputGradient[i]! - (sum[c]! + normalized(i, c) * sumNormalized[c]!) / rows;
        sums[i] = scale[c]! * factor[c]! * centred;
      }
    });
  },
};
