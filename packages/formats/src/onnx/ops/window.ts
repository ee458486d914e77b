import {
  dilatedExtent,
  type HeightWidth,
  noPadding,
  outputExtent,
  type Padding,
  samePadding,
  samePaddingLower,
} from '@sepconv/graph';
import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';

/** What Conv and the pools say of their window, in ONNX's ways. */
export interface Window {
  readonly strides: HeightWidth;
  readonly dilations: HeightWidth;
  readonly padding: Padding;
}

function pair(context: NodeContext, name: string): HeightWidth {
  const said = context.integersAttribute(name) ?? [1, 1];
  const [height = 1, width = 1] = said;
  const isPair = said.length === 0 || said.length === 2;
  if (!isPair || !(height >= 1 && width >= 1 && height < 2 ** 31 && width < 2 ** 31)) {
    refuse(`${name} must be two integers of at least 1, not ${said.join(', ')}`);
  }
  return [height, width];
}

/** The window's height and width, which the pools state and a convolution may. */
export function kernelShape(context: NodeContext): HeightWidth | undefined {
  return context.attribute('kernel_shape') === undefined ? undefined : pair(context, 'kernel_shape');
}

/** Explicit pads stand in the order top, left, bottom, right. */
function explicitPadding(context: NodeContext): Padding {
  const said = context.integersAttribute('pads') ?? [];
  if (said.length === 0) return noPadding;
  const [top = -1, left = -1, bottom = -1, right = -1] = said;
  if (said.length !== 4 || Math.min(top, left, bottom, right) < 0 || Math.max(...said) >= 2 ** 31) {
    refuse(`pads must be four integers of at least 0 (top, left, bottom, right), not ${said.join(', ')}`);
  }
  return { top, left, bottom, right };
}

/** Stride, dilation and the padding that `auto_pad` or `pads` mean for an image of this size. */
export function readWindow(context: NodeContext, image: HeightWidth, kernel: HeightWidth): Window {
  const strides = pair(context, 'strides');
  const dilations = pair(context, 'dilations');
  const auto = context.stringAttribute('auto_pad', 'NOTSET');
  const paddings: { readonly [auto: string]: () => Padding } = {
    NOTSET: () => explicitPadding(context),
    SAME_UPPER: () => samePadding(image, kernel, strides, dilations),
    SAME_LOWER: () => samePaddingLower(image, kernel, strides, dilations),
    VALID: () => noPadding,
  };
  if (!Object.hasOwn(paddings, auto)) {
    refuse(
      `auto_pad must be one of ${Object.keys(paddings).join(', ')}, not ${JSON.stringify(auto.slice(0, 40))}`,
    );
  }
  return { strides, dilations, padding: (paddings[auto] as () => Padding)() };
}

/**
 * Padding for `ceil_mode`, where a last, incomplete window counts, unless it begins in the padding behind the image: as
 * many pixels more at the bottom and the right as make it complete.
 */
export function ceilPadding(image: HeightWidth, kernel: HeightWidth, window: Window): Padding {
  const { strides, dilations, padding } = window;
  const more = (axis: 0 | 1, before: number, after: number): number => {
    const extent = dilatedExtent(kernel[axis], dilations[axis]);
    const room = image[axis] + before + after;
    const stride = strides[axis];
    let count = Math.ceil((room - extent) / stride) + 1;
    if ((count - 1) * stride >= image[axis] + before) count--;
    const complete = outputExtent(image[axis], before, after, extent, stride);
    return count > complete ? (count - 1) * stride + extent - room : 0;
  };
  return {
    ...padding,
    bottom: padding.bottom + more(0, padding.top, padding.bottom),
    right: padding.right + more(1, padding.left, padding.right),
  };
}
