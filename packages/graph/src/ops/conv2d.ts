import type { OpContract, WindowAttributes } from './contract.js';
import {
  expectImage,
  expectInteger,
  expectShape,
  fail,
  inferWindow,
  inputAt,
  likeInput,
} from './contract.js';

/** Attributes of a convolution. */
export interface Conv2dAttributes extends WindowAttributes {
  /** Groups of channels that do not mix; both channel counts are multiples of it. 1 is the ordinary convolution. */
  readonly groups: number;
}

/**
 * Standard (cross-correlation) convolution with zero padding:
 *
 * `out[n, y, x, o] = bias[o] + Σ_{i, j, c} in[n, y·s + i·d − pad, x·s + j·d − pad, g·C/G + c] · weight[i, j, c, o]`
 *
 * Input `[N, H, W, C_in]`, weight `[K_h, K_w, C_in / groups, C_out]`, bias `[C_out]` (optional); output
 * `[N, H', W', C_out]`. A tap in the padding reads zero and is multiplied like any other.
 */
export const conv2d: OpContract<Conv2dAttributes> = {
  name: 'conv2d',
  kind: 'product',
  inputs: [{ name: 'input' }, { name: 'weight' }, { name: 'bias', optional: true }],
  takesEpilogue: true,
  infer: (context) => {
    const input = inputAt(context, 0);
    const [batch, height, width, channels] = expectImage(context, input.shape);
    const weight = inputAt(context, 1).shape;
    const { groups } = context.attributes;
    expectInteger(context, 'groups', groups, 1);
    if (channels % groups !== 0)
      fail(context, `the input has ${channels} channels, which ${groups} groups do not divide`);
    const [kernelHeight = 0, kernelWidth = 0, , outputs = 0] = weight;
    expectShape(context, 'the weight', weight, [
      ['K_h', kernelHeight],
      ['K_w', kernelWidth],
      [groups === 1 ? 'C_in' : 'C_in / groups', channels / groups],
      ['C_out', outputs],
    ]);
    if (outputs % groups !== 0)
      fail(context, `the weight has ${outputs} output channels, which ${groups} groups do not divide`);
    if (context.inputs.length > 2)
      expectShape(context, 'the bias', inputAt(context, 2).shape, [['C_out', outputs]]);
    const [outputHeight, outputWidth] = inferWindow(context, [height, width], [kernelHeight, kernelWidth]);
    return [likeInput(input, [batch, outputHeight, outputWidth, outputs])];
  },
};
