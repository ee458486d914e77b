/** @file Layers whose windows or dilations reach up to 4096 pixels over an image that is mostly its border. */
import { dilatedExtent, type HeightWidth } from '@sepconv/graph';
import { biased, type Layer, onImages } from './layer.ts';
import type { NetworkDraft } from './network-draft.ts';

/** Elements of an image for windows of thousands of taps. */
const mostPixels = 64;

/** A long window, or a short one with a far dilation, along one axis; as many pixels come out as go in. */
function drawFarWindow(draft: NetworkDraft) {
  const reach = draft.pick([31, 64, 255, 1024, 4096, draft.between(31, 4096)]);
  const isDilated = draft.chance(0.5);
  const size = isDilated ? draft.between(2, 3) : reach;
  const dilation = isDilated ? reach : 1;
  const before = Math.floor((dilatedExtent(size, dilation) - 1) / 2);
  const after = dilatedExtent(size, dilation) - 1 - before;
  const stride = draft.pick([1, 1, 2]);
  return draft.chance(0.5)
    ? {
        window: [1, size] as HeightWidth,
        strides: [1, stride] as HeightWidth,
        dilations: [1, dilation] as HeightWidth,
        padding: { top: 0, bottom: 0, left: before, right: after },
      }
    : {
        window: [size, 1] as HeightWidth,
        strides: [stride, 1] as HeightWidth,
        dilations: [dilation, 1] as HeightWidth,
        padding: { top: before, bottom: after, left: 0, right: 0 },
      };
}

const farDepthwise = onImages((draft, value, [n, h, w, c]) => {
  if (n * h * w * c > mostPixels) return undefined;
  const { window, ...attributes } = drawFarWindow(draft);
  const weight = draft.parameter([...window, c, draft.pick([1, 1, 2])], 'weight');
  return draft.builder.node('depthwise-conv2d', [value, weight], attributes);
});

const farConvolution = onImages((draft, value, [n, h, w, c]) => {
  const filters = draft.between(1, 5);
  if (n * h * w * c * filters > mostPixels) return undefined;
  const { window, ...attributes } = drawFarWindow(draft);
  const weight = draft.parameter([...window, c, filters], 'weight');
  return draft.builder.node('conv2d', [value, weight, ...biased(draft, filters)], {
    ...attributes,
    groups: 1,
  });
});

const farPool = onImages((draft, value, [n, h, w, c]) => {
  if (n * h * w * c > mostPixels) return undefined;
  const attributes = drawFarWindow(draft);
  return draft.chance(0.5)
    ? draft.builder.node('max-pool2d', [value], attributes)
    : draft.builder.node('average-pool2d', [value], {
        ...attributes,
        countIncludePadding: draft.chance(0.5),
      });
});

/** Layers by name, each as often as it is to be drawn. */
export const farLayers: readonly (readonly [name: string, share: number, layer: Layer])[] = [
  ['far depthwise', 3, farDepthwise],
  ['far convolution', 1, farConvolution],
  ['far pool', 1, farPool],
];
