import { bilinear } from './bilinear.js';
import type { Shape4 } from './training-op.js';
import { forEachTap } from './window.js';

/** The products of a convolution whose input and output have changed places; see {@link forEachTap}. */
export const convTranspose2d = bilinear<'conv-transpose2d'>(({ attributes, shapes, outputShape }, visit) => {
  const [input, weight] = shapes as readonly [Shape4, Shape4];
  const [kernelHeight, kernelWidth, groupChannels, filters] = weight;
  const channels = input[3];
  const perGroup = filters / attributes.groups;
  const sliding = {
    attributes,
    input: outputShape,
    output: input,
    window: [kernelHeight, kernelWidth] as const,
  };
  forEachTap(sliding, (inputPixel, outputPixel, tap) => {
    for (let o = 0; o < filters; o++) {
      const firstChannel = inputPixel * channels + Math.floor(o / perGroup) * groupChannels;
      for (let c = 0; c < groupChannels; c++) {
        visit(outputPixel * filters + o, firstChannel + c, (tap * groupChannels + c) * filters + o);
      }
    }
  });
});
