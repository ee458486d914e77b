import type { HeightWidth, WindowAttributes } from '@sepconv/graph';
import type { Shape } from '@sepconv/tensor';
import type { Shape4 } from './training-op.js';

/** Where a window slides: `[N, H, W, …]` before and after, and the window's size. */
export interface Sliding {
  readonly attributes: WindowAttributes;
  readonly input: Shape;
  readonly output: Shape;
  readonly window: HeightWidth;
}

/**
 * Calls `visit` for each output pixel and each tap of its window that lies in the image, in the order of the reference.
 * Pixels are counted through the whole batch, taps through the window, both row by row.
 */
export function forEachTap(
  { attributes, input, output, window }: Sliding,
  visit: (outputPixel: number, inputPixel: number, tap: number) => void,
): void {
  const { strides, dilations, padding } = attributes;
  const [, inputHeight, inputWidth] = input as Shape4;
  const [batch, height, width] = output as Shape4;
  let outputPixel = 0;
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let i = 0; i < window[0]; i++) {
          const inputY = y * strides[0] + i * dilations[0] - padding.top;
          if (inputY < 0 || inputY >= inputHeight) continue;
          for (let j = 0; j < window[1]; j++) {
            const inputX = x * strides[1] + j * dilations[1] - padding.left;
            if (inputX < 0 || inputX >= inputWidth) continue;
            visit(outputPixel, (n * inputHeight + inputY) * inputWidth + inputX, i * window[1] + j);
          }
        }
        outputPixel++;
      }
    }
  }
}
