import { largest } from './largest.js';
import type { Shape4 } from './training-op.js';

/** The largest element of each channel over the whole image. */
export const globalMaxPool2d = largest<'global-max-pool2d'>(({ shapes }, visit) => {
  const [batch, height, width, channels] = shapes[0] as Shape4;
  for (let pixel = 0; pixel < batch * height * width; pixel++) {
    const image = Math.floor(pixel / (height * width));
    for (let c = 0; c < channels; c++) visit(image * channels + c, pixel * channels + c);
  }
});
