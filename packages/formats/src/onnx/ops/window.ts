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
import type { ImageInput, NodeContext } from '../context.js';

/** What Conv and the pools say of their window, in ONNX's ways. */
export interface Window {
  readonly strides: HeightWidth;
  readonly dilations: HeightWidth;
  readonly padding: Padding;
}

/** How many spatial dimensions the file's image has; of a signal's one, the width is meant. */
type Spatial = 1 | 2;

/** A number for height and one for width; `row` for the height that a signal does not have. */
export function pairAttribute(
  context: NodeContext,
  name: string,
  spatial: Spatial,
  { least, row }: { readonly least: number; readonly row: number } = { least: 1, row: 1 },
): HeightWidth | undefined {
  const said = context.integersAttribute(name) ?? [];
  if (said.length === 0) return undefined;
  if (said.length !== spatial || said.some((value) => !(value >= least && value < 2 ** 31))) {
    const count = spatial === 1 ? 'one integer' : 'two integers';
    refuse(`${name} must be ${count} of at least ${least}, not ${said.join(', ')}`);
  }
  const [height = row, width = row] = spatial === 1 ? [row, ...said] : said;
  return [height, width];
}

/** The window's height and width, which the pools state and a convolution may. */
export function kernelShape(context: NodeContext, spatial: Spatial): HeightWidth | undefined {
  return pairAttribute(context, 'kernel_shape', spatial);
}

/** Explicit pads stand in the order top, left, bottom, right; for a signal left, right. */
export function explicitPadding(context: NodeContext, spatial: Spatial): Padding {
  const said = context.integersAttribute('pads') ?? [];
  if (said.length === 0) return noPadding;
  if (said.length !== 2 * spatial || said.some((value) => !(value >= 0 && value < 2 ** 31))) {
    const wanted =
      spatial === 1
        ? 'two integers of at least 0 (left, right)'
        : 'four integers of at least 0 (top, left, bottom, right)';
    refuse(`pads must be ${wanted}, not ${said.join(', ')}`);
  }
  const [top = 0, left = 0, bottom = 0, right = 0] =
    spatial === 1 ? [0, said[0] as number, 0, said[1] as number] : said;
  return { top, left, bottom, right };
}

/** Values of `auto_pad`. */
export type AutoPad = 'NOTSET' | 'SAME_UPPER' | 'SAME_LOWER' | 'VALID';
const autoPads: readonly string[] = ['NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'] satisfies AutoPad[];

/** How the padding is said. */
export function autoPad(context: NodeContext): AutoPad {
  const auto = context.stringAttribute('auto_pad', 'NOTSET');
  if (!autoPads.includes(auto)) {
    refuse(`auto_pad must be one of ${autoPads.join(', ')}, not ${JSON.stringify(auto.slice(0, 40))}`);
  }
  return auto as AutoPad;
}

/** Stride, dilation and the padding that `auto_pad` or `pads` mean for an image of this size. */
export function readWindow(
  context: NodeContext,
  image: Pick<ImageInput, 'shape' | 'spatial'>,
  kernel: HeightWidth,
): Window {
  const { spatial } = image;
  const size: HeightWidth = [image.shape[1], image.shape[2]];
  const strides = pairAttribute(context, 'strides', spatial) ?? [1, 1];
  const dilations = pairAttribute(context, 'dilations', spatial) ?? [1, 1];
  const paddings: { readonly [Auto in AutoPad]: () => Padding } = {
    NOTSET: () => explicitPadding(context, spatial),
    SAME_UPPER: () => samePadding(size, kernel, strides, dilations),
    SAME_LOWER: () => samePaddingLower(size, kernel, strides, dilations),
    VALID: () => noPadding,
  };
  return { strides, dilations, padding: paddings[autoPad(context)]() };
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
