/**
 * @file Planning of batch normalization in training, with the activation behind it in the same passes.
 *
 * Forward: one pass for the sums, then `out = x · a[c] + b[c]`. Back: one pass for `S₁ = Σ g` and `S₂ = Σ g · (x − μ)`, then
 * `∂L/∂x = g · k₁ + (x · k₂ + k₃)` with f = 1 / √(σ² + ε), P rows and
 *
 *   k₁ = scale · f,   k₂ = −k₁ · f² · S₂ / P,   k₃ = −k₁ · S₁ / P − k₂ · μ
 *
 * What is computed per channel is computed in float64. Where norms are frozen, μ and σ² are the moving ones, and k₂ = k₃ = 0.
 */
import { planChannelwise } from '@sepconv/kernels/toolkit';
import { elementCount } from '@sepconv/tensor';
import { paddedChannels } from '../column-sums.js';
import { planCombine } from '../combine.js';
import { type NodeContext, type NodePlanner, outputBuffer } from '../planned-node.js';
import type { Buffer } from '../step-list.js';
import { sumColumns } from '../sum-columns.js';

/** What the way back needs of the way forward. */
interface Statistics {
  readonly mean: Buffer;
  /** 1 / √(σ² + ε). */
  readonly factor: Buffer;
}

function planForward(context: NodeContext<'batch-norm'>, rows: number, channels: number) {
  const { list, node, engine, inputs, batchNormMomentum, norms } = context;
  const [x, scale, shift, movingMean, movingVariance] = inputs as [Buffer, Buffer, Buffer, Buffer, Buffer];
  const width = paddedChannels(channels);
  const mean = list.buffer(`${node.name}/mean`, width);
  const factor = list.buffer(`${node.name}/factor`, width);
  const packed = list.buffer(`${node.name}/packed`, 2 * width);
  const sums = sumColumns(list, engine, node.name, { mode: 'moments', rows, channels }, [x]);
  const operands = [x, sums, scale, shift, movingMean, movingVariance, mean, factor, packed];
  list.script(node.name, operands, (...views) => {
    const [xs, s, scales, shifts, means, variances, mu, f, affine] = views as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    for (let c = 0; c < channels; c++) {
      const offset = s[c]! / rows;
      const { areFrozen } = norms;
      const batchMean = areFrozen ? means[c]! : xs[c]! + offset;
      const variance = areFrozen ? variances[c]! : Math.max(0, s[width + c]! / rows - offset * offset);
      const inverse = 1 / Math.sqrt(variance + node.attributes.epsilon);
      mu[c] = batchMean;
      f[c] = inverse;
      affine[c] = scales[c]! * inverse;
      affine[width + c] = shifts[c]! - batchMean * scales[c]! * inverse;
      if (areFrozen) continue;
      // The moving variance is that of the population, so it is divided by P − 1.
      const unbiased = rows > 1 ? (variance * rows) / (rows - 1) : variance;
      means[c] = batchNormMomentum * means[c]! + (1 - batchNormMomentum) * batchMean;
      variances[c] = batchNormMomentum * variances[c]! + (1 - batchNormMomentum) * unbiased;
    }
  });
  const output = outputBuffer(context);
  list.kernel(node.name, planChannelwise(engine, rows, channels, context.epilogue), rows, x, packed, output);
  return { output, statistics: { mean, factor } };
}

function planBackward(
  context: NodeContext<'batch-norm'>,
  output: Buffer,
  { mean, factor }: Statistics,
  gradient: Buffer,
): void {
  const { list, node, engine, inputs, bounds, norms } = context;
  const [x, scale] = inputs as [Buffer, Buffer];
  const channels = scale.floats;
  const rows = x.floats / channels;
  const width = paddedChannels(channels);
  const toScale = list.buffer(`${node.name}/scale-gradient`, channels);
  const toShift = list.buffer(`${node.name}/shift-gradient`, channels);
  const factors = list.buffer(`${node.name}/factors`, 3 * width);
  const masks = bounds === undefined ? [] : [output];
  const summed = { mode: 'dots', rows, channels, bounds } as const;
  const sums = sumColumns(list, engine, node.name, summed, [gradient, x, mean, ...masks]);
  list.script(node.name, [sums, scale, mean, factor, toScale, toShift, factors], (...views) => {
    const [s, scales, mu, f, dScale, dShift, k] = views as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    for (let c = 0; c < channels; c++) {
      const [s1, s2, inverse] = [s[c]!, s[width + c]!, f[c]!];
      dShift[c] = s1;
      dScale[c] = s2 * inverse;
      const k1 = scales[c]! * inverse;
      // Statistics that are constant have no gradient.
      const k2 = norms.areFrozen ? 0 : (-k1 * inverse * inverse * s2) / rows;
      k[c] = k1;
      k[width + c] = k2;
      k[2 * width + c] = norms.areFrozen ? 0 : (-k1 * s1) / rows - k2 * mu[c]!;
    }
  });
  if (context.wants(1)) context.give(1, toScale);
  if (context.wants(2)) context.give(2, toShift);
  if (!context.wants(0)) return;
  const toInput = list.buffer(`${node.name}/input-gradient`, x.floats);
  list.kernel(
    node.name,
    planCombine(engine, rows, channels, bounds),
    rows,
    gradient,
    x,
    factors,
    toInput,
    ...masks,
  );
  context.give(0, toInput);
}

export const planBatchNorm: NodePlanner<'batch-norm'> = (context) => {
  const channels = context.inputs[1]!.floats;
  const rows = elementCount(context.outputShape) / channels;
  const { output, statistics } = planForward(context, rows, channels);
  return { output, backward: (gradient) => planBackward(context, output, statistics, gradient) };
};
