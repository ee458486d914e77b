import { noPadding } from '@sepconv/graph';
import { checked } from './checked.js';
import { maxPool2d } from './max-pool2d.js';
import type { Shape4 } from './reference-op.js';

/** The largest element of each channel in a window that is the whole image; NaN wins. */
export const globalMaxPool2d = /* @__PURE__ */ checked('global-max-pool2d', (call) => {
  const [, height, width] = call.inputs[0]!.shape as Shape4;
  const attributes = {
    window: [height, width],
    strides: [1, 1],
    dilations: [1, 1],
    padding: noPadding,
  } as const;
  return maxPool2d({ ...call, attributes });
});
