/** @file Pixels become a network's input, and places in the input are places in the image again. */
import { createTensor, type Pixels, type Tensor } from '@sepconv/tensor';
import { VisionError } from './errors.js';
import { checkPreprocessing, type Preprocessing } from './preprocessing.js';
import type { Image, RealImage, Target } from './resize/planes.js';
import { resizeImage } from './resize/resize.js';

/** The size of a network's one image. */
export interface InputSize {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/** Where an image lies in a network's input: a pixel x of it at `x · scaleX + left`. */
export interface Placement {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly left: number;
  readonly top: number;
}

/** An input, and where the image lies in it. */
export interface PreparedImage {
  readonly tensor: Tensor<'float32'>;
  readonly placement: Placement;
  /** Of the image itself. */
  readonly width: number;
  readonly height: number;
}

/** @throws {VisionError} when it is no pixels. */
function channelsOf(pixels: Pixels): number {
  const { data, width, height } = pixels ?? {};
  const isSize = (side: unknown): boolean => Number.isSafeInteger(side) && (side as number) > 0;
  if (!isSize(width) || !isSize(height) || typeof data?.length !== 'number') {
    throw new VisionError(
      'pixels must be { data, width, height } with sides of at least 1, as an ImageData is',
    );
  }
  const channels = data.length / (width * height);
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new VisionError(
      `an image of ${width}×${height} needs 1, 3 or 4 bytes a pixel (${width * height}, ${width * height * 3} or ${width * height * 4}), but has ${data.length}`,
    );
  }
  return channels;
}

/** Bytes of as many channels as the network takes; alpha is dropped, and grey is luma as Pillow computes it. */
function toImage(pixels: Pixels, channels: 1 | 3): Image {
  const given = channelsOf(pixels);
  const { data, width, height } = pixels;
  if (given === channels && data instanceof Uint8Array) return { data, width, height, channels };
  const result = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    const red = data[i * given] as number;
    const green = given === 1 ? red : (data[i * given + 1] as number);
    const blue = given === 1 ? red : (data[i * given + 2] as number);
    if (channels === 1) result[i] = (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;
    else {
      result[3 * i] = red;
      result[3 * i + 1] = green;
      result[3 * i + 2] = blue;
    }
  }
  return { data: result, width, height, channels };
}

/** Halves to the even integer, as Python rounds where torchvision centres. */
const centred = (outer: number, inner: number): number => {
  const half = (outer - inner) / 2;
  return half % 1 === 0.5 && Math.floor(half) % 2 === 0 ? Math.floor(half) : Math.round(half);
};

/** The size of the whole image, and the window of it that the network sees. */
function cropTarget(image: Image, { width, height }: InputSize, fraction: number): Target {
  const isWide = image.width / width >= image.height / height;
  // As torchvision: the side that decides is scaled to a whole size, the other one in proportion and rounded down.
  const decided = Math.floor((isWide ? height : width) / fraction);
  const other = isWide
    ? Math.floor((decided * image.width) / image.height)
    : Math.floor((decided * image.height) / image.width);
  const target = isWide
    ? { width: Math.max(width, other), height: decided }
    : { width: decided, height: Math.max(height, other) };
  const left = centred(target.width, width);
  const top = centred(target.height, height);
  return { ...target, window: { left, top, width, height } };
}

/** The middle of an image, this much of each side, as `tf.image.central_crop` cuts. */
function centre(
  image: Image,
  fraction: number,
): { readonly image: Image; readonly left: number; readonly top: number } {
  if (fraction === 1) return { image, left: 0, top: 0 };
  const left = Math.trunc((image.width - image.width * fraction) / 2);
  const top = Math.trunc((image.height - image.height * fraction) / 2);
  const width = image.width - 2 * left;
  const height = image.height - 2 * top;
  const data = new Uint8Array(width * height * image.channels);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * image.width + left) * image.channels;
    data.set(image.data.subarray(start, start + width * image.channels), y * width * image.channels);
  }
  return { image: { ...image, data, width, height }, left, top };
}

/** An image of the input's size, and where it lies in it. */
interface Fitted {
  readonly image: RealImage;
  readonly placement: Placement;
}

function fitBars(image: Image, size: InputSize, { resize, fit, bars }: Required<Preprocessing>): Fitted {
  const scale = Math.min(size.width / image.width, size.height / image.height);
  const width = Math.max(1, Math.min(size.width, Math.round(image.width * scale)));
  const height = Math.max(1, Math.min(size.height, Math.round(image.height * scale)));
  const left = fit === 'corner' ? 0 : (size.width - width) >> 1;
  const top = fit === 'corner' ? 0 : (size.height - height) >> 1;
  const small = resizeImage(image, { width, height }, resize);
  const { channels } = image;
  const data = new Float32Array(size.width * size.height * channels).fill(bars);
  for (let y = 0; y < height; y++) {
    const row = small.data.subarray(y * width * channels, (y + 1) * width * channels);
    data.set(row, ((top + y) * size.width + left) * channels);
  }
  const placement = { scaleX: width / image.width, scaleY: height / image.height, left, top };
  return { image: { data, width: size.width, height: size.height, channels }, placement };
}

function fitImage(image: Image, size: InputSize, how: Required<Preprocessing>): Fitted {
  const { width, height } = size;
  if (how.fit === 'crop') {
    const target = cropTarget(image, size, how.cropFraction);
    const { left = 0, top = 0 } = target.window ?? {};
    const placement = {
      scaleX: target.width / image.width,
      scaleY: target.height / image.height,
      left: -left,
      top: -top,
    };
    return { image: resizeImage(image, target, how.resize), placement };
  }
  if (how.fit !== 'squeeze') return fitBars(image, size, how);
  const middle = centre(image, how.cropFraction);
  const scaleX = width / middle.image.width;
  const scaleY = height / middle.image.height;
  const placement = { scaleX, scaleY, left: -middle.left * scaleX, top: -middle.top * scaleY };
  return { image: resizeImage(middle.image, { width, height }, how.resize), placement };
}

/** Each channel's number, of one for all or one for each. */
function perChannel(value: number | readonly number[], channels: number, what: string): readonly number[] {
  if (typeof value === 'number') return new Array<number>(channels).fill(value);
  if (value.length === channels) return value;
  throw new VisionError(`normalization has ${value.length} ${what} for ${channels} channels`);
}

function normalized(
  { data, channels }: RealImage,
  { normalization, channelOrder }: Required<Preprocessing>,
): Float32Array {
  const { mean, standardDeviation } = normalization || { mean: 0, standardDeviation: 1 };
  const means = perChannel(mean, channels, 'means');
  const deviations = perChannel(standardDeviation, channels, 'standard deviations');
  const result = new Float32Array(data.length);
  const isTurned = channelOrder === 'bgr' && channels === 3;
  for (let i = 0; i < data.length; i++) {
    const channel = i % channels;
    // Means belong to the network's channels, whichever colours these are.
    const source = isTurned ? i - channel + (2 - channel) : i;
    result[i] = ((data[source] as number) - (means[channel] as number)) / (deviations[channel] as number);
  }
  return result;
}

/**
 * Pixels as a network's input `[1, H, W, channels]`.
 *
 * @throws {VisionError} when there are more or fewer pixels than the size says, or the preprocessing does not fit.
 *
 * @example
 * const { tensor } = prepareImage(context.getImageData(0, 0, 640, 480), { height: 224, width: 224, channels: 3 }, presets.torchvision);
 */
export function prepareImage(
  pixels: Pixels,
  size: InputSize,
  preprocessing: Preprocessing = {},
): PreparedImage {
  checkPreprocessing(preprocessing);
  const { height, width, channels } = size ?? {};
  const isSide = (side: unknown): boolean => Number.isSafeInteger(side) && (side as number) > 0;
  if (!isSide(height) || !isSide(width) || (channels !== 1 && channels !== 3)) {
    throw new VisionError('the size must be { height, width, channels }, with 1 or 3 channels');
  }
  const how: Required<Preprocessing> = {
    resize: 'pillow-bilinear',
    fit: 'crop',
    cropFraction: 1,
    normalization: false,
    channelOrder: 'rgb',
    bars: 114,
    ...preprocessing,
  };
  const { image, placement } = fitImage(toImage(pixels, channels), size, how);
  const tensor = createTensor('float32', [1, height, width, channels], normalized(image, how));
  return { tensor, placement, width: pixels.width, height: pixels.height };
}
