/** @file Several ways to compute a network that must give the same bits, and the right ones. */
import type { Tensor } from '@sepconv/tensor';
import type { BoundedValue } from '../bound-network.ts';
import { checkOutputs } from '../check.ts';
import { ConformanceError } from '../errors.ts';
import type { ConformanceCase, Runner } from '../types.ts';

/** The first element that differs; NaN is NaN whatever its sign, which depends on the order of operands in the processor. */
function firstDifference(a: Tensor, b: Tensor): number | undefined {
  const index = Array.prototype.findIndex.call(a.data, (value: number, i) => !Object.is(value, b.data[i]));
  return index < 0 ? undefined : index;
}

/** A number in which the sign of 0 shows. */
const numberText = (value: number | undefined): string => (Object.is(value, -0) ? '-0' : String(value));

/**
 * Runs a network in all of these ways: all must give the bits of the first, and the first must keep its computed bounds.
 *
 * @param expected of `boundNetwork`, which once computed serves any number of engines.
 * @throws {ConformanceError} naming the network, the way and the first element that differs.
 */
export async function checkImplementations(
  drawn: ConformanceCase,
  implementations: ReadonlyMap<string, Runner>,
  expected: ReadonlyMap<string, BoundedValue>,
): Promise<void> {
  let first: { readonly way: string; readonly outputs: ReadonlyMap<string, Tensor> } | undefined;
  for (const [way, implementation] of implementations) {
    let outputs: ReadonlyMap<string, Tensor>;
    try {
      outputs = await implementation(drawn.network, drawn.inputs);
    } catch (error) {
      throw new ConformanceError(
        `${drawn.label}\n${way}: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
    first ??= { way, outputs };
    for (const [name, tensor] of first.outputs) {
      const other = outputs.get(name) as Tensor;
      const index = firstDifference(tensor, other);
      if (index === undefined) continue;
      throw new ConformanceError(
        `${drawn.label}\n"${name}"[${index}] is ${numberText(other.data[index])} with ${way}, but ${numberText(tensor.data[index])} with ${first.way}`,
      );
    }
  }
  if (first !== undefined) checkOutputs(drawn.label, first.outputs, expected);
}
