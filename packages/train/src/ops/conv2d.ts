import { bilinear } from './bilinear.js';
import type { Shape4 } from './training-op.js';
import { forEachTap } from './window.js';

/** The products of an output pixel with an input pixel at one tap: output channel o of group g multiplies the group's input channels. */
export function productsAtTap(
  [, , groupChannels, filters]: Shape4,
  groups: number,
  visit: (output: number, input: number, weight: number) => void,
): (outputPixel: number, inputPixel: number, tap: number) => void {
  const channels = groupChannels * groups;
  const perGroup = filters / groups;
  return (outputPixel, inputPixel, tap) => {
    for (let o = 0; o < filters; o++) {
      const firstChannel = inputPixel * channels + Math.floor(o / perGroup) * groupChannels;
      for (let c = 0; c < groupChannels; c++) {
        visit(outputPixel * filters + o, firstChannel + c, (tap * groupChannels + c) * filters + o);
      }
    }
  };
}

/** Every pixel of the output with those under its window. */
export const conv2d = bilinear<'conv2d'>(({ attributes, shapes, outputShape }, visit) => {
  const [input, weight] = shapes as readonly [Shape4, Shape4];
  const sliding = { attributes, input, output: outputShape, window: [weight[0], weight[1]] as const };
  forEachTap(sliding, productsAtTap(weight, attributes.groups, visit));
});
