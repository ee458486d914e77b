/**
 * @file Means of bytes as convolutions whose weights are all alike: their sums are exact, and rounded once. Real numbers are rounded before,
 * and a mean that lies half way between two integers falls to either side.
 */
import { noPadding, type StoredAs, type WindowAttributes } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import { type GraphWriter, typedArray } from './graph-writer.js';
import { clippedTo, dequantized, scaleAndZero, storeAs } from './quantization.js';

/** A mean over a window of bytes. */
export interface ByteMean {
  readonly input: string;
  readonly output: string;
  readonly window: readonly [height: number, width: number];
  readonly strides: WindowAttributes['strides'];
  readonly stored: StoredAs;
  /** Whether halves go up; to the even integer otherwise. */
  readonly halvesUp: boolean;
}

/** Up to how many numbers a quarter of one in their sum is more than float32 loses of their mean. */
export const mostNumbers = 4096;

/** The meaning of weights that add up to one over the window. With halves up they are 4, and the bias is 1: a quarter of a number. */
function factors(writer: GraphWriter, { input, window, halvesUp }: ByteMean) {
  const count = window[0] * window[1];
  const channels = writer.shapeOf(input).at(-1) as number;
  const type = writer.elementsOf(input) as 'int8' | 'uint8';
  const weight = halvesUp ? 4 : 1;
  const quantization = { scale: [Math.fround(1 / (weight * count))], zeroPoint: [0] };
  const shape = [channels, 1, ...window];
  const [inputScale = 1] = writer.typeOf(input).quantization?.scale ?? [];
  return {
    type,
    channels,
    weights: { shape, data: typedArray(type, new Array<number>(elementCount(shape)).fill(weight)) },
    weightType: { shape, quantization },
    biases: { shape: [channels], data: new Int32Array(channels).fill(1) },
    biasType: {
      shape: [channels],
      quantization: {
        scale: [Math.fround(Math.fround(inputScale) * (quantization.scale[0] as number))],
        zeroPoint: [0],
      },
    },
  };
}

/** Appends a mean of bytes as a convolution of each channel for itself, in the writer's form. */
export function writeByteMean(writer: GraphWriter, mean: ByteMean): void {
  const { input, output, stored, strides, halvesUp } = mean;
  const { type, channels, weights, weightType, biases, biasType } = factors(writer, mean);
  const { top, left, bottom, right } = noPadding;
  const attributes = { strides, pads: [top, left, bottom, right], group: channels };
  const key = `${type} ${weights.shape.join()} ${weights.data[0]}`;
  const weight = writer.constant(`${output}/weights`, key, () => weights);
  const bias = halvesUp ? [writer.constant(`${output}/halves`, `${channels} ones`, () => biases)] : [];
  const own = writer.typeOf(input);
  if (writer.form === 'qdq') {
    const inputs = [
      dequantized(writer, writer.value(input), own, type),
      dequantized(writer, weight, weightType, type),
      ...bias.map((name) => dequantized(writer, name, biasType, 'int32')),
    ];
    storeAs(writer, writer.helper('Conv', inputs, `${output}/real`, attributes), output, stored);
    return;
  }
  const inputs = [
    writer.value(input),
    ...scaleAndZero(writer, input, type, own.quantization as never),
    weight,
    ...scaleAndZero(writer, weight, type, weightType.quantization),
    ...scaleAndZero(writer, output, stored.dtype, { scale: [stored.scale], zeroPoint: [stored.zeroPoint] }),
    ...bias,
  ];
  clippedTo(writer, output, stored, (name) => writer.node('QLinearConv', inputs, name, attributes));
}
