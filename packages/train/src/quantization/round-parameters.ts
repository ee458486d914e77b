/** @file Weights that a step sees as integers hold them, while the optimizer moves them as the real numbers that they are. */
import { normFactors, type Weights } from '@sepconv/graph';
import { elementCount, type Tensor } from '@sepconv/tensor';
import { dequantizeWeight, type Granularity, quantizeWeight, weightScales } from './integer-weights.js';
import type { RoundedParameter } from './rounded-values.js';
import { storedOver } from './stored-over.js';

/** The parameters of a network between what they are and what int8 holds of them. */
export interface ParameterRounding {
  /** Rounds them: to be called before a step goes forward. */
  round(): void;
  /** Puts the real ones back: to be called once the step has come back, before anything changes or saves them. */
  restore(): void;
}

/** As {@link storedOver} and the op `quantize` have it. */
function roundConstant(data: Float32Array): void {
  const range = {
    min: data.reduce((a, b) => Math.min(a, b), Infinity),
    max: data.reduce((a, b) => Math.max(a, b), -Infinity),
  };
  const { scale, zeroPoint } = storedOver(range, 'int8');
  for (let i = 0; i < data.length; i++) {
    const steps = Math.round((data[i] as number) / scale);
    data[i] = scale * Math.min(127 - zeroPoint, Math.max(-128 - zeroPoint, steps));
  }
}

/**
 * A weight as integers hold it once its BatchNorm is folded in, with the norm taken out again: `Q(w · f) / f` with
 * `f = γ / √(σ² + ε)` of the moving statistics, which do not jump from batch to batch as a batch's own do.
 *
 * Source: Krishnamoorthi 2018, arXiv:1806.08342, §3.2.2.
 */
function roundWeight(
  data: Float32Array,
  channels: number,
  granularity: Granularity,
  factors?: Float64Array,
): void {
  const folded = data.map((value, i) => value * (factors?.[i % channels] ?? 1));
  const scale = weightScales(folded, channels, granularity, { inputScale: 1 });
  const rounded = dequantizeWeight(quantizeWeight(folded, channels, scale), channels);
  rounded.forEach((value, i) => {
    const factor = factors?.[i % channels] ?? 1;
    // A channel that its norm multiplies by 0 is 0 with any weight.
    if (factor !== 0) data[i] = value / factor;
  });
}

/**
 * Fake quantization of parameters. A gradient with respect to a rounded weight is taken for that of the real one: rounding passes it straight
 * through (Bengio et al. 2013, arXiv:1308.3432).
 *
 * @param present - The session's own, which steps compute with.
 */
export function roundParameters(
  parameters: readonly RoundedParameter[],
  present: ReadonlyMap<string, Tensor<'float32'>>,
  granularity: Granularity,
): ParameterRounding {
  const unique = [...new Map(parameters.map((parameter) => [parameter.name, parameter])).values()];
  const pairs = unique.map(({ name, op, norm }) => {
    const { data, shape } = present.get(name) as Tensor<'float32'>;
    const channels = elementCount(shape.slice(op === 'depthwise-conv2d' ? -2 : -1));
    return { data, op, norm, channels, real: new Float32Array(data.length) };
  });
  return {
    round: () => {
      for (const { data, op, norm, channels, real } of pairs) {
        real.set(data);
        if (op === undefined) roundConstant(data);
        else {
          const factors = norm && normFactors(present as Weights, norm);
          roundWeight(data, channels, granularity, factors);
        }
      }
    },
    restore: () => {
      for (const { data, real } of pairs) data.set(real);
    },
  };
}
