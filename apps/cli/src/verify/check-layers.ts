import { boundNetwork, type Runner } from '@sepconv/conformance';
import type { Network } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import type { Shape, Tensor } from '@sepconv/tensor';

/** A part of a network that an engine computes at once. */
export interface Layer {
  /** The value that it writes. */
  readonly value: string;
  /** The nodes that it computes, in order. */
  readonly nodes: readonly string[];
  readonly ops: readonly string[];
}

/** How far a layer's result is from the reference's, at the element that comes closest to its bound or leaves it. */
export interface LayerCheck extends Layer {
  readonly shape: Shape;
  /** |engine − reference| there. */
  readonly error: number;
  /**
   * How far a float32 implementation may be from the reference there: computed from the layer's inputs, and 0 for an op on
   * integers.
   */
  readonly bound: number;
  /** The one divided by the other; over 1 where the element is out of bounds, 0 where both are 0. */
  readonly errorOverBound: number;
  /** Elements out of bounds. */
  readonly outOfBounds: number;
}

/** NaN matches NaN only, and an infinity only itself. */
function ratioOf(actual: number, expected: number, bound: number): number {
  if (actual === expected || (Number.isNaN(actual) && Number.isNaN(expected))) return 0;
  const error = Math.abs(actual - expected);
  return Number.isFinite(error) && bound > 0 ? error / bound : Infinity;
}

function checkLayer(layer: Layer, actual: Tensor, expected: Tensor, bounds: Tensor<'float32'>): LayerCheck {
  let worst = 0;
  let errorOverBound = -1;
  let outOfBounds = 0;
  actual.data.forEach((value, i) => {
    const ratio = ratioOf(value, expected.data[i] as number, bounds.data[i] as number);
    if (ratio > 1) outOfBounds++;
    if (ratio > errorOverBound) {
      errorOverBound = ratio;
      worst = i;
    }
  });
  return {
    ...layer,
    shape: actual.shape,
    error: Math.abs((actual.data[worst] as number) - (expected.data[worst] as number)) || 0,
    bound: bounds.data[worst] as number,
    errorOverBound,
    outOfBounds,
  };
}

/**
 * Checks what an implementation gave for every layer against the reference. Each layer is computed by the reference from
 * what the implementation gave for the layers before, so that its error is its own and is compared with the bound of
 * this one layer.
 *
 * @param values what the implementation gave, by name: at least one for each layer.
 * @param onNode called before each node that the reference runs, with its op.
 */
export async function checkLayers(
  network: Network,
  inputs: ReadonlyMap<string, Tensor>,
  layers: readonly Layer[],
  values: ReadonlyMap<string, Tensor>,
  onNode: (op: string) => void = () => {},
): Promise<LayerCheck[]> {
  const oracle: Runner = (single, given) => {
    onNode(single.graph.nodes[0]?.op ?? '');
    return runReference(single, given);
  };
  const checkpoints = new Map(layers.map(({ value }) => [value, values.get(value) as Tensor] as const));
  const bounded = await boundNetwork(network, inputs, oracle, { checkpoints });
  return layers.map((layer) => {
    const expected = bounded.get(layer.value);
    const actual = values.get(layer.value);
    // A layer that nobody compared must not count as one within its bound.
    if (expected === undefined || actual === undefined)
      throw new Error(`no value for layer "${layer.value}"`);
    return checkLayer(layer, actual, expected.output, expected.bound);
  });
}
