import { inferTypes, type Network } from '@sepconv/graph';
import { compareTensors, describeComparison, formatShape, sameShape, type Tensor } from '@sepconv/tensor';
import { type BoundedValue, boundNetwork } from './bound-network.ts';
import { ConformanceError } from './errors.ts';
import { withoutOverflow } from './overflow.ts';
import type { ConformanceCase, Runner } from './types.ts';

/** The implementation to check and the oracle to check it against. */
export interface Opponents {
  readonly implementation: Runner;
  /** Runs networks with float64 accumulation and one rounding per stored element: `runReference`. */
  readonly oracle: Runner;
}

/** How close an implementation came to its bounds; at most 1. */
export interface CheckReport {
  readonly maxErrorOverBound: number;
}

/** Runs the implementation, and checks that it returns what it was asked for and leaves its inputs alone. */
async function runChecked(
  implementation: Runner,
  network: Network,
  inputs: ReadonlyMap<string, Tensor>,
): Promise<ReadonlyMap<string, Tensor>> {
  const copies = new Map([...inputs].map(([name, { data }]) => [name, data.slice()]));
  const outputs = await implementation(network, inputs);
  for (const [name, { data }] of inputs) {
    const copy = copies.get(name)!;
    if (!data.every((value, index) => Object.is(value, copy[index]))) {
      throw new ConformanceError(`the implementation changed its input "${name}"`);
    }
  }
  const types = inferTypes(network.graph);
  for (const name of network.graph.outputs) {
    const tensor: Tensor | undefined = outputs.get(name);
    const { shape, dtype } = types.get(name)!;
    if (tensor === undefined) throw new ConformanceError(`the implementation did not return "${name}"`);
    if (tensor.dtype !== dtype || !sameShape(tensor.shape, shape)) {
      throw new ConformanceError(
        `the implementation returned "${name}" as ${tensor.dtype} ${formatShape(tensor.shape)} instead of ${dtype} ${formatShape(shape)}`,
      );
    }
  }
  return outputs;
}

/**
 * Checks what an implementation gave against bounds that are computed already.
 *
 * @throws {ConformanceError} with the label, the value's name and the first mismatches.
 */
export function checkOutputs(
  label: string,
  actual: ReadonlyMap<string, Tensor>,
  expected: ReadonlyMap<string, BoundedValue>,
): CheckReport {
  let maxErrorOverBound = 0;
  for (const [name, { output, bound }] of expected) {
    const comparison = compareTensors(withoutOverflow(actual.get(name)!, output, bound), output, bound.data);
    if (!comparison.ok) {
      throw new ConformanceError(`${label}\n"${name}": ${describeComparison(comparison)}`);
    }
    maxErrorOverBound = Math.max(maxErrorOverBound, comparison.maxErrorOverBound);
  }
  return { maxErrorOverBound };
}

/**
 * Checks an implementation on a network against the computed bounds.
 *
 * @param checkpoints names of values at which the error is measured and then taken over, so that bounds stay tight in
 *   deep networks. The implementation is run on the network with these values as further outputs. None by default.
 * @throws {ConformanceError} with the label, the value's name and the first mismatches.
 */
export async function checkNetwork(
  { label, network, inputs }: ConformanceCase,
  { implementation, oracle }: Opponents,
  checkpoints: readonly string[] = [],
): Promise<CheckReport> {
  const outputs = [...new Set([...network.graph.outputs, ...checkpoints])];
  const observed = { ...network, graph: { ...network.graph, outputs } };
  const actual = await runChecked(implementation, observed, inputs).catch((error: unknown) => {
    throw new ConformanceError(`${label}\n${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  });
  const taken = new Map(checkpoints.map((name) => [name, actual.get(name)!]));
  const expected = await boundNetwork(network, inputs, oracle, { checkpoints: taken });
  return checkOutputs(label, actual, expected);
}
