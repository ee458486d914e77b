import type { Tensor } from '@sepconv/tensor';
import { expectNumber, expectTensors } from './expect-arrays.js';

/** An exponential moving average of weights, moving statistics included: what is evaluated and kept instead of the last ones. */
export interface WeightAverage {
  readonly values: ReadonlyMap<string, Float32Array>;
  /** Takes the present weights in. */
  update(): void;
  /** Updates so far; to be set when saved values are taken over. */
  updates: number;
}

/**
 * `average ← d · average + (1 − d) · weight` with `d = min(decay, (1 + t) / (10 + t))` at update t, so that the beginning is
 * forgotten quickly, as TensorFlow's ExponentialMovingAverage does it.
 *
 * @param decay 0.999 remembers about the last thousand steps.
 */
export function averageWeights(
  parameters: ReadonlyMap<string, Tensor<'float32'>>,
  decay: number,
): WeightAverage {
  expectTensors(parameters, 'parameters');
  expectNumber(decay, 'decay', 0, 1);
  const pairs = [...parameters].map(([name, { data }]) => ({ name, data, average: data.slice() }));
  const average: WeightAverage = {
    values: new Map(pairs.map(({ name, average: values }) => [name, values])),
    updates: 0,
    update: () => {
      const d = Math.min(decay, (1 + average.updates) / (10 + average.updates));
      average.updates++;
      for (const { data, average: values } of pairs) {
        for (let i = 0; i < values.length; i++) values[i] = d * values[i]! + (1 - d) * data[i]!;
      }
    },
  };
  return average;
}
