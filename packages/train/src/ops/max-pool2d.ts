import { largest } from './largest.js';
import { forEachTap } from './window.js';

/** The largest element of a sliding window. */
export const maxPool2d = largest<'max-pool2d'>(({ attributes, shapes, outputShape }, visit) => {
  const channels = outputShape[3]!;
  const sliding = { attributes, input: shapes[0]!, output: outputShape, window: attributes.window };
  forEachTap(sliding, (outputPixel, inputPixel) => {
    for (let c = 0; c < channels; c++) visit(outputPixel * channels + c, inputPixel * channels + c);
  });
});
