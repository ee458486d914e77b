/** @file How a photo becomes a network's input, and the ways of libraries by their names. */
import type { ModelMetadata } from '@sepconv/formats';
import type { Normalization } from '@sepconv/tensor';
import { VisionError } from './errors.js';
import { type ResizeName, resizeNames } from './resize/resize.js';

/** How a photo becomes a network's input. */
export interface Preprocessing {
  /** Default `'pillow-bilinear'`. */
  readonly resize?: ResizeName;
  /**
   * `'crop'` (default) scales the shorter side and cuts the centre out; `'squeeze'` scales both sides; `'letterbox'` shows the whole image in its
   * proportions, in the middle of bars, and `'corner'` at the top left of them, as YOLOX does.
   */
  readonly fit?: 'crop' | 'squeeze' | 'letterbox' | 'corner';
  /**
   * For `'crop'`, how much of the scaled shorter side is cut out: 0.875 for the usual 224 of 256. For `'squeeze'`, how much of each side is
   * kept, around the centre. Default 1.
   */
  readonly cropFraction?: number;
  /** How the bytes of a pixel become numbers, `(byte − mean) / standardDeviation`; `false` leaves 0…255. */
  readonly normalization?: Normalization | false;
  /** Default `'rgb'`. */
  readonly channelOrder?: 'rgb' | 'bgr';
  /** The byte that bars consist of. Default 114, as YOLO's. */
  readonly bars?: number;
}

const inBytes = (mean: readonly number[], deviation: readonly number[]): Normalization => ({
  mean: mean.map((value) => value * 255),
  standardDeviation: deviation.map((value) => value * 255),
});

const imageNet = inBytes([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
const minusOneToOne: Normalization = { mean: 127.5, standardDeviation: 127.5 };

/** What libraries do before their classifiers. */
export const presets = {
  /** `Resize(256)`, `CenterCrop(224)` on images of Pillow, mean and deviation of ImageNet. */
  torchvision: { resize: 'pillow-bilinear', fit: 'crop', cropFraction: 0.875, normalization: imageNet },
  /** The same with the bicubic filter, which is most models' own in timm; others say so in `crop_pct` and `interpolation`. */
  timm: { resize: 'pillow-bicubic', fit: 'crop', cropFraction: 0.875, normalization: imageNet },
  /** `load_img(target_size)` of Keras, nearest as it is by default, and −1…1 of MobileNets. */
  keras: { resize: 'pillow-nearest', fit: 'squeeze', normalization: minusOneToOne },
  /** TF-Slim's `preprocess_for_eval`: the middle 87.5 % of each side, squeezed. */
  slim: {
    resize: 'tensorflow-bilinear',
    fit: 'squeeze',
    cropFraction: 0.875,
    normalization: minusOneToOne,
  },
  'openai-clip': {
    resize: 'pillow-bicubic',
    fit: 'crop',
    normalization: inBytes([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]),
  },
} as const satisfies Readonly<Record<string, Preprocessing>>;

/** The name of one of the {@link presets}. */
export type PresetName = keyof typeof presets;

const fits = ['crop', 'squeeze', 'letterbox', 'corner'];

function checkNormalization(normalization: unknown): void {
  if (normalization === undefined || normalization === false) return;
  const { mean, standardDeviation } = (normalization ?? {}) as Normalization;
  const isList = (value: unknown): value is readonly number[] =>
    [value].flat().length > 0 &&
    [value].flat().every((one) => typeof one === 'number' && Number.isFinite(one));
  if (!isList(mean) || !isList(standardDeviation) || [standardDeviation].flat().some((one) => !(one > 0))) {
    throw new VisionError(
      'normalization must be { mean, standardDeviation }, each a number or one for each channel, deviations above 0, for example { mean: 127.5, standardDeviation: 127.5 }; false leaves bytes',
    );
  }
}

/** @throws {VisionError} when a field is something else than it can be. */
export function checkPreprocessing(given: Preprocessing): void {
  if (typeof given !== 'object' || given === null) {
    throw new VisionError(
      `preprocessing must be an object or one of ${Object.keys(presets).join(', ')}, but is ${typeof given}`,
    );
  }
  const { resize, fit, cropFraction, normalization, channelOrder, bars } = given;
  const refuse = (field: string, value: unknown, wanted: string): never => {
    throw new VisionError(
      `${field} must be ${wanted}, but is ${typeof value === 'string' ? `'${value}'` : String(value)}`,
    );
  };
  if (resize !== undefined && !resizeNames.includes(resize)) {
    refuse('resize', resize, `one of ${resizeNames.join(', ')}`);
  }
  if (fit !== undefined && !fits.includes(fit)) refuse('fit', fit, `one of ${fits.join(', ')}`);
  if (
    cropFraction !== undefined &&
    !(typeof cropFraction === 'number' && cropFraction > 0 && cropFraction <= 1)
  ) {
    refuse('cropFraction', cropFraction, 'above 0 and at most 1');
  }
  if (channelOrder !== undefined && channelOrder !== 'rgb' && channelOrder !== 'bgr') {
    refuse('channelOrder', channelOrder, "'rgb' or 'bgr'");
  }
  if (bars !== undefined && !(Number.isInteger(bars) && bars >= 0 && bars <= 255)) {
    refuse('bars', bars, 'a byte');
  }
  checkNormalization(normalization);
}

/** What a model file says of preprocessing. */
export function statedPreprocessing(metadata: ModelMetadata): Preprocessing {
  const { normalization, channelOrder, resizing } = metadata ?? {};
  const { interpolation, cropFraction } = resizing ?? {};
  return {
    ...(normalization && { normalization }),
    ...(channelOrder && { channelOrder }),
    ...(interpolation && { resize: `pillow-${interpolation}` as const }),
    ...(cropFraction !== undefined &&
      (cropFraction > 0 ? ({ fit: 'crop', cropFraction } as const) : ({ fit: 'squeeze' } as const))),
  };
}

/** Between which numbers the pixels of an image lie once they are normalized, over all channels. */
export function normalizedRange(normalization: Normalization): {
  readonly min: number;
  readonly max: number;
} {
  checkNormalization(normalization || null);
  const { mean, standardDeviation } = normalization;
  const [means, deviations] = [[mean].flat(), [standardDeviation].flat()];
  const ofChannel = (values: readonly number[], channel: number): number =>
    values[values.length > 1 ? channel : 0] as number;
  const channels = Array.from({ length: Math.max(means.length, deviations.length) }, (_, channel) => channel);
  const at = (byte: number): number[] =>
    channels.map((channel) => (byte - ofChannel(means, channel)) / ofChannel(deviations, channel));
  return { min: Math.min(...at(0)), max: Math.max(...at(255)) };
}

/**
 * Preprocessing by a preset's name, or as it is given.
 *
 * @throws {VisionError} when it is neither.
 */
export function preprocessingOf(given: Preprocessing | PresetName | undefined): Preprocessing {
  if (given === undefined) return {};
  if (typeof given === 'string') {
    if (Object.hasOwn(presets, given)) return presets[given];
    throw new VisionError(`there is no preset "${given}"; there are ${Object.keys(presets).join(', ')}`);
  }
  checkPreprocessing(given);
  return given;
}
