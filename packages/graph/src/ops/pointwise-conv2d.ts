import type { OpContract } from './contract.js';
import { expectImage, expectShape, inputAt, likeInput } from './contract.js';

/** A pointwise convolution has no attribute: no stride, no padding, one group. */
export type PointwiseConv2dAttributes = Readonly<Record<string, never>>;

/**
 * Pointwise (1×1) convolution: a matrix product at every pixel.
 *
 * `out[n, y, x, o] = bias[o] + Σ_c in[n, y, x, c] · weight[0, 0, c, o]`
 *
 * Input `[N, H, W, C_in]`, weight `[1, 1, C_in, C_out]`, bias `[C_out]` (optional); output `[N, H, W, C_out]`. A 1×1
 * convolution with a stride or with padding is a conv2d.
 */
export const pointwiseConv2d: OpContract<PointwiseConv2dAttributes> = {
  name: 'pointwise-conv2d',
  kind: 'product',
  inputs: [{ name: 'input' }, { name: 'weight' }, { name: 'bias', optional: true }],
  takesEpilogue: true,
  infer: (context) => {
    const input = inputAt(context, 0);
    const [batch, height, width, channels] = expectImage(context, input.shape);
    const weight = inputAt(context, 1).shape;
    const outputs = weight[3] ?? 0;
    expectShape(context, 'the weight', weight, [
      ['1', 1],
      ['1', 1],
      ['C_in', channels],
      ['C_out', outputs],
    ]);
    if (context.inputs.length > 2)
      expectShape(context, 'the bias', inputAt(context, 2).shape, [['C_out', outputs]]);
    return [likeInput(input, [batch, height, width, outputs])];
  },
};
