import { bilinear } from './bilinear.js';
import { productsAtTap } from './conv2d.js';
import type { Shape4 } from './training-op.js';
import { forEachTap } from './window.js';

/** The products of a convolution whose input and output have changed places; see {@link forEachTap}. */
export const convTranspose2d = bilinear<'conv-transpose2d'>(({ attributes, shapes, outputShape }, visit) => {
  const [input, weight] = shapes as readonly [Shape4, Shape4];
  const sliding = { attributes, input: outputShape, output: input, window: [weight[0], weight[1]] as const };
  const products = productsAtTap(weight, attributes.groups, visit);
  forEachTap(sliding, (inputPixel, outputPixel, tap) => products(outputPixel, inputPixel, tap));
});
