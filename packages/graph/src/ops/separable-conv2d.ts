import type { OpContract, WindowAttributes } from './contract.js';
import { inputAt } from './contract.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { pointwiseConv2d } from './pointwise-conv2d.js';

/** Attributes of the depthwise step; the pointwise step has none. */
export type SeparableConv2dAttributes = WindowAttributes;

/**
 * Depthwise separable convolution: a depthwise-conv2d without bias, followed by a pointwise-conv2d.
 *
 * Input `[N, H, W, C]`, depthwise weight `[K_h, K_w, C, M]`, pointwise weight `[1, 1, C · M, C_out]`, bias `[C_out]`
 * (optional); output `[N, H', W', C_out]`. The depthwise result is rounded to the element type, as if it were stored.
 */
export const separableConv2d: OpContract<SeparableConv2dAttributes> = {
  name: 'separable-conv2d',
  kind: 'product',
  inputs: [
    { name: 'input' },
    { name: 'depthwiseWeight' },
    { name: 'pointwiseWeight' },
    { name: 'bias', optional: true },
  ],
  takesEpilogue: true,
  infer: (context) => {
    const middle = depthwiseConv2d.infer({ ...context, inputs: [inputAt(context, 0), inputAt(context, 1)] });
    return pointwiseConv2d.infer({
      ...context,
      attributes: {},
      inputs: [...middle, ...context.inputs.slice(2)],
    });
  },
};
