/** @file The one image that a network takes. */
import type { ImportedInput, ImportedNetwork } from '@sepconv/formats';
import { expectNetwork, type GraphInput } from '@sepconv/graph';
import {
  checkElements,
  formatShape,
  quantizeTensor,
  roundHalfEven,
  storedRange,
  type Tensor,
  zeros,
} from '@sepconv/tensor';
import { VisionError } from './errors.js';
import type { InputSize } from './prepare.js';

/** A network's one image. */
export interface ImageInput extends InputSize {
  readonly input: ImportedInput;
}

const isColours = (side: number | undefined): side is 1 | 3 => side === 1 || side === 3;

/** Whether a network of this input takes the colours one plane after the other, which files of TF.js that were converted from ONNX do. */
const isPlanes = ([, first, , last]: readonly number[]): boolean => isColours(first) && !isColours(last);

/** `[1, C, H, W]` of `[1, H, W, C]`. */
function inPlanes({ shape, data }: Tensor<'float32'>): Tensor<'float32'> {
  const [, height = 0, width = 0, channels = 0] = shape;
  const planes = zeros('float32', [1, channels, height, width]);
  data.forEach((value, i) => {
    planes.data[(i % channels) * height * width + Math.floor(i / channels)] = value;
  });
  return planes;
}

/**
 * The image that a network takes, `[1, H, W, 1 or 3]` or `[1, 1 or 3, H, W]`.
 *
 * @throws {VisionError} when it takes something else.
 */
export function imageInputOf(imported: Pick<ImportedNetwork, 'network' | 'inputs'>): ImageInput {
  const { network, inputs } = imported ?? {};
  expectNetwork(network);
  if (!Array.isArray(inputs) || !inputs.every((one) => Array.isArray(one?.shape))) {
    throw new VisionError('what a network takes is asked of what readNetwork gave, with its inputs');
  }
  const [input] = inputs;
  const [batch, ...sides] = input?.shape ?? [];
  const [height = 0, width = 0, channels] = isPlanes(input?.shape ?? [])
    ? [sides[1], sides[2], sides[0]]
    : sides;
  const isImage = input?.shape.length === 4 && batch === 1;
  if (inputs.length !== 1 || input === undefined || !isImage || !isColours(channels)) {
    const shapes = inputs.map(({ shape }) => formatShape(shape)).join(' and ');
    throw new VisionError(`"${network.graph.name}" takes ${shapes}, not one image, 1×height×width×3 or ×1`);
  }
  return { input, height, width, channels };
}

/** The input as the network takes it: in its integers, where it has some; without a scale they are the numbers themselves. */
export function asStored(image: Tensor<'float32'>, input: GraphInput): Tensor {
  checkElements(image, 'the image');
  if (!Array.isArray(input?.shape))
    throw new VisionError("an image is stored as one of a graph's inputs takes it");
  const { shape, dtype, quantization } = input;
  const tensor = isPlanes(shape) ? inPlanes(image) : image;
  if (dtype !== 'int8' && dtype !== 'uint8' && dtype !== 'int32') return tensor;
  if (quantization !== undefined && dtype !== 'int32') return quantizeTensor(tensor, dtype, quantization);
  const { min, max } = dtype === 'int32' ? { min: -(2 ** 31), max: 2 ** 31 - 1 } : storedRange(dtype);
  const integers = zeros(dtype, tensor.shape);
  tensor.data.forEach((value, i) => {
    integers.data[i] = Math.min(max, Math.max(min, roundHalfEven(value)));
  });
  return integers;
}
