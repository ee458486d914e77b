/** @file How alike two networks answer the same samples. */
import { expectNetwork, type Network } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { elementCount, quantizeTensor, type Tensor, toFloat32 } from '@sepconv/tensor';
import type { Place } from './run.js';
import { checkSamples, type NamedInputs, type Sample } from './samples.js';

/** How alike a quantized network answers. */
export interface Agreement {
  /** Samples that were looked at. */
  readonly samples: number;
  /** `‖difference‖ / ‖output‖` over all outputs and samples. */
  readonly outputError: number;
  /** Signal to quantization noise of the outputs in decibels; infinite where they are the same. */
  readonly outputSqnr: number;
  /** Only of classifiers: of how many samples the most probable class is the same, in parts of all. */
  readonly sameTop?: number;
  /** Only of classifiers: the mean relative entropy of the classes' distribution, in nats. */
  readonly divergence?: number;
  /** Only of classifiers: samples by the class that the float network found most probable, the most frequent first. */
  readonly topClasses?: readonly { readonly index: number; readonly samples: number }[];
}

/** Decibels of a ratio of squares. */
export const decibels = (signal: number, noise: number): number =>
  noise === 0 ? Infinity : 10 * Math.log10(signal / noise);

/** Inputs as a network takes them: those that are integers are rounded. */
export function inputsFor({ graph }: Network, sample: NamedInputs): NamedInputs {
  return new Map(
    graph.inputs.map(({ name, dtype, quantization }) => {
      const tensor = sample.get(name) as Tensor<'float32'>;
      const isInteger = quantization !== undefined && (dtype === 'int8' || dtype === 'uint8');
      return [name, isInteger ? quantizeTensor(tensor, dtype, quantization) : tensor];
    }),
  );
}

const bestOf = (values: ArrayLike<number>): number => {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
};

/** A row of classes as probabilities: as it is where it sums to 1, else its softmax. */
function probabilities(values: Float32Array): Float64Array {
  const sum = values.reduce((a, b) => a + b, 0);
  if (Math.abs(sum - 1) < 0.05 && values.every((value) => value >= 0))
    return Float64Array.from(values, (value) => value / sum);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(values, (value) => Math.exp(value - most));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((value) => value / total);
}

/** Probabilities below this are as good as 0, which a byte stores them as. */
const leastProbability = 1e-6;

function relativeEntropy(p: Float64Array, q: Float64Array): number {
  return p.reduce((sum, value, i) => {
    const [a, b] = [Math.max(leastProbability, value), Math.max(leastProbability, q[i] as number)];
    return sum + a * Math.log(a / b);
  }, 0);
}

const isRowOfClasses = (shape: readonly number[]): boolean =>
  (shape.at(-1) ?? 0) >= 2 && elementCount(shape) === shape.at(-1);

/**
 * Runs two networks of the same inputs and outputs on samples, and compares what they answer.
 *
 * @param given real numbers; a network that takes integers is given them rounded.
 * @throws {QuantizeError} when there are none, or one does not fit.
 */
export async function compareNetworks(
  float: Network,
  integer: Network,
  given: readonly Sample[],
  place: Place = {},
): Promise<Agreement> {
  expectNetwork(float);
  expectNetwork(integer);
  const samples = checkSamples(float, given);
  const sessions = [await compile(float, place), await compile(integer, place)] as const;
  let [signal, noise, same, divergence, rows] = [0, 0, 0, 0, 0];
  const tops = new Map<number, number>();
  try {
    for (const sample of samples) {
      const [wanted, answered] = [sessions[0].run(sample), sessions[1].run(inputsFor(integer, sample))];
      const pairs = float.graph.outputs.map((name, i) => {
        const other = answered.get(integer.graph.outputs[i] as string) as Tensor;
        return [toFloat32(wanted.get(name) as Tensor), toFloat32(other)] as const;
      });
      for (const [{ data: a }, { data: b }] of pairs) {
        for (let i = 0; i < a.length; i++) {
          signal += (a[i] as number) ** 2;
          noise += ((a[i] as number) - (b[i] as number)) ** 2;
        }
      }
      const [first] = pairs;
      if (first !== undefined && isRowOfClasses(first[0].shape)) {
        const top = bestOf(first[0].data);
        rows++;
        tops.set(top, (tops.get(top) ?? 0) + 1);
        if (bestOf(first[1].data) === top) same++;
        divergence += relativeEntropy(probabilities(first[0].data), probabilities(first[1].data));
      }
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  } finally {
    for (const session of sessions) session.dispose();
  }
  return {
    samples: samples.length,
    outputError: noise === 0 ? 0 : Math.sqrt(noise / signal),
    outputSqnr: decibels(signal, noise),
    ...(rows > 0 && {
      sameTop: same / rows,
      divergence: divergence / rows,
      topClasses: [...tops]
        .map(([index, count]) => ({ index, samples: count }))
        .sort((a, b) => b.samples - a.samples || a.index - b.index),
    }),
  };
}

/** The signal to quantization noise of values inside, in decibels, by their names in the float network. */
export async function valueNoise(
  float: Network,
  integer: Network,
  storedNames: ReadonlyMap<string, string>,
  samples: readonly NamedInputs[],
  place: Place,
): Promise<ReadonlyMap<string, number>> {
  const values = [...storedNames].filter(
    ([name]) => !float.graph.inputs.some((input) => input.name === name),
  );
  const withOutputs = (network: Network, outputs: readonly string[]): Network => ({
    ...network,
    graph: { ...network.graph, outputs: [...new Set(outputs)] },
  });
  const sessions = [
    await compile(
      withOutputs(
        float,
        values.map(([name]) => name),
      ),
      place,
    ),
    await compile(
      withOutputs(
        integer,
        values.map(([, name]) => name),
      ),
      place,
    ),
  ] as const;
  const sums = new Map<string, { signal: number; noise: number }>();
  try {
    for (const sample of samples) {
      const [wanted, given] = [sessions[0].run(sample), sessions[1].run(inputsFor(integer, sample))];
      for (const [name, storedName] of values) {
        const a = (wanted.get(name) as Tensor).data;
        const b = toFloat32(given.get(storedName) as Tensor).data;
        const sum = sums.get(name) ?? { signal: 0, noise: 0 };
        sums.set(name, sum);
        for (let i = 0; i < a.length; i++) {
          sum.signal += (a[i] as number) ** 2;
          sum.noise += ((a[i] as number) - (b[i] as number)) ** 2;
        }
      }
    }
  } finally {
    for (const session of sessions) session.dispose();
  }
  return new Map([...sums].map(([name, { signal, noise }]) => [name, decibels(signal, noise)]));
}
