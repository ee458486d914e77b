/** @file The integer sums that products share with their requantized forms. */
import type { AttributesOf } from '@sepconv/graph';
import type { Shape, Tensor } from '@sepconv/tensor';
import type { Shape4 } from './reference-op.js';

/** The zero point of an operand, of its last dimension's index `channel` where there is one for each. */
export function zeroPointOf({ quantization }: Tensor, channel = 0): number {
  const zeroPoints = quantization?.zeroPoint ?? [0];
  return (zeroPoints.length === 1 ? zeroPoints[0] : zeroPoints[channel])!;
}

/** The operands of a sum of products; `zero` is what stands for 0 in the first. */
export interface ProductOperands {
  readonly input: Tensor;
  readonly weight: Tensor;
  readonly bias?: Tensor | undefined;
  readonly zero: number;
}

/** Sums of products, and how many products they are of. */
export interface IntegerSums {
  readonly sums: Int32Array;
  readonly macs: number;
}

/** `sum[n, y, x, o] = bias[o] + Σ_{i, j, c} (in[…] − zero) · (weight[i, j, c, o] − zero point[o])`, modulo 2³². */
export function sumConvolution(
  { input, weight, bias, zero }: ProductOperands,
  { strides, dilations, padding, groups }: AttributesOf['conv-integer'],
  outputShape: Shape,
): IntegerSums {
  const [, inputHeight, inputWidth, channels] = input.shape as Shape4;
  const [kernelHeight, kernelWidth, groupChannels, filters] = weight.shape as Shape4;
  const [batch, height, width] = outputShape as Shape4;
  const sums = new Int32Array(batch * height * width * filters);
  let target = 0;
  let macs = 0;
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let o = 0; o < filters; o++) {
          const firstChannel = Math.floor(o / (filters / groups)) * groupChannels;
          const weightZero = zeroPointOf(weight, o);
          let sum = bias === undefined ? 0 : bias.data[o]!;
          for (let i = 0; i < kernelHeight; i++) {
            for (let j = 0; j < kernelWidth; j++) {
              const inputY = y * strides[0] + i * dilations[0] - padding.top;
              const inputX = x * strides[1] + j * dilations[1] - padding.left;
              const inside = inputY >= 0 && inputY < inputHeight && inputX >= 0 && inputX < inputWidth;
              const pixel = ((n * inputHeight + inputY) * inputWidth + inputX) * channels;
              const tap = (i * kernelWidth + j) * groupChannels;
              for (let c = 0; c < groupChannels; c++) {
                const value = inside ? input.data[pixel + firstChannel + c]! - zero : 0;
                sum += value * (weight.data[(tap + c) * filters + o]! - weightZero);
                macs++;
              }
            }
          }
          // Doubles hold the sum exactly; storing it keeps its lower 32 bits.
          sums[target++] = sum;
        }
      }
    }
  }
  return { sums, macs };
}

/** `sum[…, m, n] = bias[n] + Σ_k (a[…, m, k] − zero) · (b[…, k, n] − zero point[n])`, modulo 2³². */
export function sumMatmul(
  { input: a, weight: b, bias, zero }: ProductOperands,
  outputShape: Shape,
): IntegerSums {
  const [rows, columns] = outputShape.slice(-2) as [number, number];
  const inner = a.shape.at(-1)!;
  const count = outputShape.slice(0, -2).reduce((product, size) => product * size, 1);
  const sums = new Int32Array(count * rows * columns);
  let target = 0;
  for (let batch = 0; batch < count; batch++) {
    const firstWeight = b.shape.length === 2 ? 0 : batch * inner * columns;
    for (let m = 0; m < rows; m++) {
      for (let n = 0; n < columns; n++) {
        const weightZero = zeroPointOf(b, n);
        let sum = bias === undefined ? 0 : bias.data[n]!;
        for (let k = 0; k < inner; k++) {
          const value = a.data[(batch * rows + m) * inner + k]! - zero;
          sum += value * (b.data[firstWeight + k * columns + n]! - weightZero);
        }
        sums[target++] = sum;
      }
    }
  }
  return { sums, macs: sums.length * inner };
}
