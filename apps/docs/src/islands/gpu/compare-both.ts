/** @file One network on the CPU and on the GPU: the same outputs first, and then how long each takes. */
import type { Network } from '@sepconv/graph';
import { compile as compileForCpu, type Session } from '@sepconv/kernels';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { compile, type GpuSession } from '@sepconv/webgpu';
import type { Comparison, GpuReport } from './protocol.js';
import { timeBoth } from './time-both.js';

/** Outputs of whole networks may differ by so much of the largest: rounding errors pass through all layers. */
const partOfLargest = 1e-3;

/** What is compared, and how far an element may be off. */
export interface Compared {
  readonly of: Comparison['of'];
  readonly network: Network;
  readonly inputs: ReadonlyMap<string, Tensor>;
  /** For each element of the one output; otherwise a part of the largest. */
  readonly bound?: ArrayLike<number>;
}

const absolute = ({ shape, data }: Tensor): Tensor<'float32'> =>
  createTensor('float32', shape, Float32Array.from(data, Math.abs));

/**
 * How far two sums of n products may lie apart when each was rounded n times: 2 · (n + 4) · 2⁻²⁴ · Σ|x·w|. The sum of absolute products is
 * the same layer on absolute numbers.
 */
export async function boundOfSums(
  { graph, weights }: Network,
  inputs: ReadonlyMap<string, Tensor>,
  products: number,
): Promise<Float64Array> {
  const sizes = new Map([...weights].map(([name, weight]) => [name, absolute(weight)]));
  const session = await compileForCpu({ graph, weights: sizes });
  const [output] = session.run(new Map([...inputs].map(([name, input]) => [name, absolute(input)]))).values();
  const bound = Float64Array.from(output!.data, (size) => 2 * (products + 4) * 2 ** -24 * size);
  session.dispose();
  return bound;
}

/** The largest difference of two networks' outputs, and the largest element. */
function differenceOf(
  actual: ReadonlyMap<string, Tensor>,
  expected: ReadonlyMap<string, Tensor>,
  bound?: ArrayLike<number>,
): { readonly difference: number; readonly largest: number } {
  let [difference, largest, isWithin] = [0, 0, true];
  for (const [name, { data }] of expected) {
    const other = actual.get(name)!.data;
    for (let i = 0; i < data.length; i++) {
      const distance = Math.abs(data[i]! - other[i]!);
      // Written so that NaN is no agreement.
      if (!(distance <= difference)) difference = distance;
      largest = Math.max(largest, Math.abs(data[i]!));
      if (bound !== undefined) isWithin &&= distance <= bound[i]!;
    }
  }
  if (bound === undefined) isWithin = difference <= partOfLargest * largest;
  if (isWithin) return { difference, largest };
  throw new Error(
    `the GPU gives other results here: they differ by ${difference}, and the largest is ${largest}`,
  );
}

/** Runs a network on both. */
export async function compareBoth(
  { of, network, inputs, bound }: Compared,
  report: (message: GpuReport) => void,
  firstOf?: (output: Tensor) => number,
): Promise<{ readonly comparison: Comparison; readonly adapter: GpuSession['adapter'] }> {
  let cpu: Session | undefined;
  let gpu: GpuSession | undefined;
  try {
    gpu = await compile(network, {
      onProgress: (done, total) => report({ kind: 'compiling', done, total }),
    });
    cpu = await compileForCpu(network);
    // What a session of the engine gives is a view into its memory, which nobody overwrites before it is compared.
    const [expected, actual] = [cpu.run(inputs), await gpu.run(inputs)];
    const { dispatches, boundBytes } = gpu.costs;
    const [onCpu, onGpu] = [[...expected.values()][0]!, [...actual.values()][0]!];
    const first = firstOf && { cpu: firstOf(onCpu), gpu: firstOf(onGpu) };
    const differs = differenceOf(actual, expected, bound);
    const times = await timeBoth(cpu, gpu, inputs, (rounds) => report({ kind: 'measuring', rounds }));
    const engine = cpu.engine.name;
    return {
      comparison: { of, engine, times, ...differs, dispatches, boundBytes, first },
      adapter: gpu.adapter,
    };
  } finally {
    cpu?.dispose();
    gpu?.dispose();
  }
}
