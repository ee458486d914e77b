import { formatShape, sameQuantization } from '@sepconv/tensor';
import type { OpContract } from './contract.js';
import { fail, inputAt, refuseInt32, withElementsOf } from './contract.js';

/** Attributes of concatenation. */
export interface ConcatAttributes {
  /** The dimension along which the inputs are joined, counted from 0. */
  readonly axis: number;
}

/** Inputs of one shape but for `axis`, joined along it in order; integers must have one scale and zero point. */
export const concat: OpContract<ConcatAttributes> = {
  name: 'concat',
  kind: 'movement',
  inputs: 'variadic',
  integers: 'kept',
  infer: (context) => {
    refuseInt32(context);
    const first = inputAt(context, 0);
    const { axis } = context.attributes;
    if (!Number.isInteger(axis) || axis < 0 || axis >= first.shape.length) {
      fail(context, `axis must be an integer from 0 to ${first.shape.length - 1}, not ${axis}`);
    }
    let extent = 0;
    context.inputs.forEach((input, index) => {
      const fits =
        input.dtype === first.dtype &&
        input.shape.length === first.shape.length &&
        input.shape.every((dimension, d) => d === axis || dimension === first.shape[d]);
      if (!fits) {
        fail(
          context,
          `input ${index} is ${input.dtype} ${formatShape(input.shape)}, but input 0 is ${first.dtype} ${formatShape(first.shape)}: only dimension ${axis} may differ`,
        );
      }
      if (!sameQuantization(input.quantization, first.quantization))
        fail(context, `input ${index} has another scale or zero point than input 0: they must be the same`);
      extent += input.shape[axis] as number;
    });
    return [
      withElementsOf(
        context,
        first,
        first.shape.map((dimension, d) => (d === axis ? extent : dimension)),
      ),
    ];
  },
};
