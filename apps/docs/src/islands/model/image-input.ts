/** @file What an image classifier takes, and how an image becomes that. */
import type { ImportedNetwork, ModelMetadata } from '@sepconv/formats';
import type { Normalization, Pixels, Tensor } from '@sepconv/tensor';
import {
  classCount,
  type InputSize,
  imageInputOf,
  prepareImage,
  presets,
  statedPreprocessing,
  VisionError,
} from '@sepconv/vision';

/** How the bytes of a pixel become numbers: what the file says, or what is common. */
export const normalizationNames = ['file', 'minus-one-to-one', 'zero-to-one', 'imagenet', 'bytes'] as const;

/** One of {@link normalizationNames}. */
export type NormalizationName = (typeof normalizationNames)[number];

/** A network's one image, and how many classes it tells apart. */
export interface ImageInput extends InputSize {
  readonly classes: number;
  /** Absent where the file does not say it. */
  readonly normalization?: Normalization;
}

/** What an image has to be for this network; or, when it is no image classifier, the reason. */
export function imageOf(
  imported: Pick<ImportedNetwork, 'network' | 'inputs' | 'outputs'>,
): ImageInput | string {
  try {
    const { input, height, width, channels } = imageInputOf(imported);
    const classes = classCount(imported.network.graph, imported.outputs[0]?.shape ?? []);
    const { normalization } = input;
    return { height, width, channels, classes, ...(normalization && { normalization }) };
  } catch (error) {
    if (error instanceof VisionError) return error.message;
    throw error;
  }
}

/** The normalizations to choose from: the file's own only where it says one. */
export const normalizationChoices = ({
  normalization,
}: Pick<ImageInput, 'normalization'>): readonly NormalizationName[] =>
  normalizationNames.filter((name) => name !== 'file' || normalization !== undefined);

/** The normalization of that name for this network. `file` falls back on −1…1, which most MobileNets take. */
export function normalizationOf(name: NormalizationName, input: ImageInput): Normalization | false {
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
      return input.channels === 3
        ? presets.torchvision.normalization
        : { mean: 0.449 * 255, standardDeviation: 0.226 * 255 };
    case 'bytes':
      return false;
  }
}

/** The image in the network's size, as the file says, or its centre square as Pillow makes it smaller. */
export const inputTensor = (
  pixels: Pixels,
  input: ImageInput,
  name: NormalizationName,
  metadata: ModelMetadata = {},
): Tensor<'float32'> =>
  prepareImage(pixels, input, {
    ...statedPreprocessing(metadata),
    normalization: normalizationOf(name, input),
  }).tensor;
