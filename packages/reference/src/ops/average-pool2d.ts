import { zeros } from '@sepconv/tensor';
import { elementAt, type FloatTensor, isInside, type ReferenceOp, type Shape4 } from './reference-op.js';

/**
 * The mean over a sliding window. A window that lies wholly in the padding, which then does not count, has no mean:
 * 0/0 gives NaN.
 */
export const averagePool2d: ReferenceOp<'average-pool2d'> = ({ attributes, inputs, outputShape }) => {
  const [input] = inputs as readonly [FloatTensor];
  const { window, strides, dilations, padding, countIncludePadding } = attributes;
  const [batch, height, width, channels] = outputShape as Shape4;
  const output = zeros('float32', outputShape);
  let target = 0;
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          let count = 0;
          for (let i = 0; i < window[0]; i++) {
            for (let j = 0; j < window[1]; j++) {
              const inputY = y * strides[0] + i * dilations[0] - padding.top;
              const inputX = x * strides[1] + j * dilations[1] - padding.left;
              const inside = isInside(input, inputY, inputX);
              if (inside) sum += elementAt(input, n, inputY, inputX, c);
              if (inside || countIncludePadding) count++;
            }
          }
          output.data[target++] = sum / count;
        }
      }
    }
  }
  return output;
};
