import { formatShape, type Shape, sameShape } from '@sepconv/tensor';
import type { OpContract } from './contract.js';
import { expectInteger, fail, inputAt, likeInput } from './contract.js';

/** Attributes of taking elements at computed positions. */
export interface GatherAttributes {
  /** The dimension along which positions count, from 0. */
  readonly axis: number;
  /** The leading dimensions that both inputs have, of which each index has positions of its own; at most `axis`. */
  readonly batch: number;
}

/**
 * The position that an index names among `size`: its integer part, from the end where it is negative, and the nearest one that there
 * is where there is none of that number; NaN names the first.
 *
 * @internal
 */
export function gatheredPosition(index: number, size: number): number {
  const whole = Math.trunc(index) || 0;
  return Math.max(0, Math.min(size - 1, whole < 0 ? whole + size : whole));
}

/**
 * Elements at positions that the network computes: `out[b…, p…, m…, r…] = data[b…, p…, indices[b…, m…], r…]`, as TensorFlow's GatherV2.
 * Indices are real numbers that count as {@link gatheredPosition} says.
 *
 * Inputs `[B…, P…, N, R…]` with N at `axis`, and `[B…, M…]`; output `[B…, P…, M…, R…]`.
 */
export const gather: OpContract<GatherAttributes> = {
  name: 'gather',
  kind: 'movement',
  inputs: [{ name: 'data' }, { name: 'indices' }],
  infer: (context) => {
    const [data, { shape: indices }] = [inputAt(context, 0), inputAt(context, 1)];
    const { axis, batch } = context.attributes;
    const { shape } = data;
    expectInteger(context, 'axis', axis, 0);
    expectInteger(context, 'batch', batch, 0);
    const shared = (of: Shape): Shape => of.slice(0, batch);
    if (
      axis >= shape.length ||
      batch > axis ||
      batch > indices.length ||
      !sameShape(shared(shape), shared(indices))
    )
      fail(
        context,
        `takes elements along dimension ${axis} of ${formatShape(shape)} by indices ${formatShape(indices)}, whose first ${batch} dimensions must be the same`,
      );
    return [likeInput(data, [...shape.slice(0, axis), ...indices.slice(batch), ...shape.slice(axis + 1)])];
  },
};
