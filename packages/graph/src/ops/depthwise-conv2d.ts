import type { OpContract, WindowAttributes } from './contract.js';
import { expectImage, expectShape, inferWindow, inputAt, likeInput } from './contract.js';

/** Attributes of a depthwise convolution. The channel multiplier is the last dimension of the weight. */
export type DepthwiseConv2dAttributes = WindowAttributes;

/**
 * Depthwise convolution: every input channel has its own M filters, and no channel sees another.
 *
 * `out[n, y, x, c·M + m] = bias[c·M + m] + Σ_{i, j} in[n, y·s + i·d − pad, x·s + j·d − pad, c] · weight[i, j, c, m]`
 *
 * Input `[N, H, W, C]`, weight `[K_h, K_w, C, M]` with the channel multiplier M, bias `[C · M]` (optional); output
 * `[N, H', W', C · M]`.
 */
export const depthwiseConv2d: OpContract<DepthwiseConv2dAttributes> = {
  name: 'depthwise-conv2d',
  kind: 'product',
  inputs: [{ name: 'input' }, { name: 'weight' }, { name: 'bias', optional: true }],
  takesEpilogue: true,
  infer: (context) => {
    const input = inputAt(context, 0);
    const [batch, height, width, channels] = expectImage(context, input.shape);
    const weight = inputAt(context, 1).shape;
    const [kernelHeight = 0, kernelWidth = 0, , multiplier = 0] = weight;
    expectShape(context, 'the weight', weight, [
      ['K_h', kernelHeight],
      ['K_w', kernelWidth],
      ['C', channels],
      ['M', multiplier],
    ]);
    const outputs = channels * multiplier;
    if (context.inputs.length > 2)
      expectShape(context, 'the bias', inputAt(context, 2).shape, [['C · M', outputs]]);
    const [outputHeight, outputWidth] = inferWindow(context, [height, width], [kernelHeight, kernelWidth]);
    return [likeInput(input, [batch, outputHeight, outputWidth, outputs])];
  },
};
