/**
 * @file Leaky ReLU as the larger of `x` and `α · x`: one function of x, which a layer in front of it can do, instead of an op on two
 * values.
 */
import type { GraphBuilder, Node, Weights } from '@sepconv/graph';
import { sameShape } from '@sepconv/tensor';
import { bothWays } from './recognize-around.js';

/** Where `α · x` is below `x` for positive numbers and above it for negative ones, or the other way round. */
const slopeFits: { readonly [Side in 'max' | 'min']: (slope: number) => boolean } = {
  max: (slope) => slope > 0 && slope <= 1,
  min: (slope) => slope >= 1 && slope < Infinity,
};

/**
 * Emits `max(x, α · x)` with `0 < α ≤ 1`, or `min(x, α · x)` with `α ≥ 1`, whose operands may stand in either order: a
 * `leaky-relu`, or a `prelu` where the numbers of α differ. The results are the same to the bit.
 *
 * @param emit Appends the node and returns its value.
 * @returns what `emit` does, or `undefined` where the operands are others; then nothing was emitted.
 */
export function emitLeakyRelu<Result>(
  { builder, weights }: { readonly builder: GraphBuilder; readonly weights: Weights },
  side: 'max' | 'min',
  operands: readonly [string, string],
  emit: {
    (op: 'leaky-relu', inputs: readonly string[], attributes: { readonly slope: number }): Result;
    (op: 'prelu', inputs: readonly string[], attributes: Readonly<Record<string, never>>): Result;
  },
): Result | undefined {
  const [a, b] = operands;
  for (const [input, scaled] of [operands, [b, a]] as const) {
    const slopes = factorOf(builder.producerOf(scaled), input);
    const numbers = slopes === undefined ? undefined : weights.get(slopes)?.data;
    // A factor with more dimensions would repeat x.
    const isSame = sameShape(builder.typeOf(input).shape, builder.typeOf(scaled).shape);
    if (slopes === undefined || !numbers?.every(slopeFits[side]) || !isSame) continue;
    const [slope = 1] = numbers;
    return numbers.every((number) => number === slope)
      ? emit('leaky-relu', [input], { slope })
      : emit('prelu', [input, slopes], {});
  }
  return undefined;
}

/** What a node multiplies `input` by. */
const factorOf = (node: Node | undefined, input: string): string | undefined =>
  node?.op === 'mul' ? bothWays(node).find(([value]) => value === input)?.[1] : undefined;
