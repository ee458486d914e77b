import { checked } from './checked.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { pointwiseConv2d } from './pointwise-conv2d.js';
import type { FloatTensor, Shape4 } from './reference-op.js';

/** A depthwise-conv2d without bias, stored as float32, then a pointwise-conv2d. */
export const separableConv2d = /* @__PURE__ */ checked('separable-conv2d', (call) => {
  const [input, depthwiseWeight, pointwiseWeight, ...bias] = call.inputs as readonly [
    FloatTensor,
    FloatTensor,
    FloatTensor,
    FloatTensor?,
  ];
  const [batch, height, width] = call.outputShape as Shape4;
  const [, , channels, multiplier] = depthwiseWeight.shape as Shape4;
  const middle = depthwiseConv2d({
    ...call,
    inputs: [input, depthwiseWeight],
    outputShape: [batch, height, width, channels * multiplier],
  });
  const pointwiseInputs = [middle, pointwiseWeight, ...(bias as readonly FloatTensor[])];
  return pointwiseConv2d({ ...call, attributes: {}, inputs: pointwiseInputs });
});
