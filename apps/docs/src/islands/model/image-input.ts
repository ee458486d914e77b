/** @file What an image classifier takes, and how an image becomes that. */
import type { ImportedNetwork } from '@sepconv/formats';
import {
  elementCount,
  formatShape,
  imageToTensor,
  type Normalization,
  type Pixels,
  type Tensor,
} from '@sepconv/tensor';

/** How the bytes of a pixel become numbers: what the file says, or what is common. */
export const normalizationNames = ['file', 'minus-one-to-one', 'zero-to-one', 'imagenet', 'bytes'] as const;

/** One of {@link normalizationNames}. */
export type NormalizationName = (typeof normalizationNames)[number];

/** A network's one image, and how many classes it tells apart. */
export interface ImageInput {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly classes: number;
  /** Absent where the file does not say it. */
  readonly normalization?: Normalization;
}

/** What an image has to be for this network; or, when it is no image classifier, the reason. */
export function imageInputOf({
  inputs,
  outputs,
}: Pick<ImportedNetwork, 'inputs' | 'outputs'>): ImageInput | string {
  const [input] = inputs;
  const [batch, height = 0, width = 0, channels] = input?.shape ?? [];
  const isImage = input?.shape.length === 4 && batch === 1 && (channels === 1 || channels === 3);
  if (inputs.length !== 1 || input === undefined || !isImage) {
    const shapes = inputs.map(({ shape }) => formatShape(shape)).join(', ');
    return `it takes ${shapes}, not one image of 1 or 3 channels`;
  }
  const result = outputs[0]?.shape ?? [];
  const classes = result.at(-1) ?? 0;
  if (classes < 2 || elementCount(result) !== classes) {
    return `its first output is ${formatShape(result)}, not one row of classes`;
  }
  const { normalization } = input;
  return { height, width, channels, classes, ...(normalization && { normalization }) };
}

/** Mean and standard deviation of ImageNet's colours, as torchvision's models expect them, in bytes. */
const imageNet: Normalization = {
  mean: [0.485 * 255, 0.456 * 255, 0.406 * 255],
  standardDeviation: [0.229 * 255, 0.224 * 255, 0.225 * 255],
};

/** The normalization of that name for this network. `file` falls back on −1…1, which most MobileNets take. */
function normalizationOf(name: NormalizationName, input: ImageInput): Normalization | false {
  const minusOneToOne = { mean: 127.5, standardDeviation: 127.5 };
  switch (name) {
    case 'file':
      return input.normalization ?? minusOneToOne;
    case 'minus-one-to-one':
      return minusOneToOne;
    case 'zero-to-one':
      return { mean: 0, standardDeviation: 255 };
    case 'imagenet':
      // A grey image has one channel, and these are three: take their mean.
      return input.channels === 3 ? imageNet : { mean: 0.449 * 255, standardDeviation: 0.226 * 255 };
    case 'bytes':
      return false;
  }
}

/** The image's centre square in the network's size. */
export const inputTensor = (pixels: Pixels, input: ImageInput, name: NormalizationName): Tensor =>
  imageToTensor(pixels, {
    size: { height: input.height, width: input.width },
    normalize: normalizationOf(name, input),
    channels: input.channels,
  });
