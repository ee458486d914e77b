import * as ops from '@sepconv/reference/ops';

/** All that a layer's two forms are made of: a page does not load the rest of the reference. */
export const layerOps = {
  conv2d: ops.conv2d,
  'depthwise-conv2d': ops.depthwiseConv2d,
  'pointwise-conv2d': ops.pointwiseConv2d,
};
