import { bilinear } from './bilinear.js';
import { productsAtTap } from './conv2d.js';
import type { Shape4 } from './training-op.js';
import { forEachTap } from './window.js';

/** A convolution with a group for each channel, whose weight `[K_h, K_w, 1, C · M]` lies in memory as this one does. */
export const depthwiseConv2d = bilinear<'depthwise-conv2d'>(({ attributes, shapes, outputShape }, visit) => {
  const [input, [height, width, channels, multiplier]] = shapes as readonly [Shape4, Shape4];
  const sliding = { attributes, input, output: outputShape, window: [height, width] as const };
  forEachTap(sliding, productsAtTap([height, width, 1, channels * multiplier], channels, visit));
});
