import { bilinear } from './bilinear.js';
import type { Shape4 } from './training-op.js';
import { forEachTap } from './window.js';

/** Output channel c·M + m multiplies input channel c at every tap of the window. */
export const depthwiseConv2d = bilinear<'depthwise-conv2d'>(({ attributes, shapes, outputShape }, visit) => {
  const [input, weight] = shapes as readonly [Shape4, Shape4];
  const [kernelHeight, kernelWidth, channels, multiplier] = weight;
  const outputs = channels * multiplier;
  const sliding = { attributes, input, output: outputShape, window: [kernelHeight, kernelWidth] as const };
  forEachTap(sliding, (outputPixel, inputPixel, tap) => {
    for (let o = 0; o < outputs; o++) {
      const channel = Math.floor(o / multiplier);
      visit(outputPixel * outputs + o, inputPixel * channels + channel, tap * outputs + o);
    }
  });
});
