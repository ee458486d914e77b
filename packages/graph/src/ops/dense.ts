import { formatShape } from '@sepconv/tensor';
import type { OpContract } from './contract.js';
import { expectShape, fail, inputAt, likeInput } from './contract.js';

/** A dense layer has no attribute. */
export type DenseAttributes = Readonly<Record<string, never>>;

/**
 * Fully connected layer: `out[n, o] = bias[o] + Σ_c in[n, c] · weight[c, o]`.
 *
 * Input `[N, C_in]`, weight `[C_in, C_out]`, bias `[C_out]` (optional); output `[N, C_out]`.
 */
export const dense: OpContract<DenseAttributes> = {
  name: 'dense',
  kind: 'product',
  inputs: [{ name: 'input' }, { name: 'weight' }, { name: 'bias', optional: true }],
  takesEpilogue: true,
  infer: (context) => {
    const input = inputAt(context, 0);
    const [batch, features] = input.shape;
    if (input.shape.length !== 2 || batch === undefined || features === undefined) {
      fail(
        context,
        `needs rows [N, C_in] of 2 dimensions, not ${formatShape(input.shape)}: flatten the image first`,
      );
    }
    const weight = inputAt(context, 1).shape;
    const outputs = weight[1] ?? 0;
    expectShape(context, 'the weight', weight, [
      ['C_in', features],
      ['C_out', outputs],
    ]);
    if (context.inputs.length > 2)
      expectShape(context, 'the bias', inputAt(context, 2).shape, [['C_out', outputs]]);
    return [likeInput(input, [batch, outputs])];
  },
};
