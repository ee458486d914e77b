import { TensorError } from './errors.js';
import { resizeAntialiased } from './resize.js';
import { createTensor, type Tensor } from './tensor.js';

/** Decoded pixels, rows from the top, interleaved: an `ImageData`, or 1 (grey), 3 (RGB) or 4 (RGBA) bytes a pixel. */
export interface Pixels {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** How bytes become numbers: `(byte − mean) / standardDeviation`, one number for all channels or one per channel. */
export interface Normalization {
  readonly mean: number | readonly number[];
  readonly standardDeviation: number | readonly number[];
}

/** How an image becomes an input tensor. Every step can be turned off. */
export interface ImageOptions {
  /** Cut the largest centred square. Default `true`; `false` keeps the whole image. */
  readonly crop?: boolean;
  /** Resize with antialiasing to this height and width. Default `false`: the size stays. */
  readonly size?: { readonly height: number; readonly width: number } | false;
  /** Default: mean and standard deviation 127.5, which maps 0…255 to −1…1. `false` keeps 0…255. */
  readonly normalize?: Normalization | false;
  /** 3 for RGB (default), 1 for grey (ITU-R BT.601 luma). An alpha channel is ignored. */
  readonly channels?: 1 | 3;
}

const minusOneToOne: Normalization = { mean: 127.5, standardDeviation: 127.5 };

function bytesPerPixel(pixels: Pixels): number {
  const { data, width, height } = pixels ?? {};
  if (typeof data !== 'object' || data === null || typeof data.length !== 'number') {
    throw new TensorError(
      'an image must be { data, width, height }, as getImageData of a canvas gives it: the pixels of an img, a video or a file are read by @sepconv/vision',
    );
  }
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new TensorError(
      `an image of ${String(width)}×${String(height)} pixels has no content: both sides must be integers of at least 1`,
    );
  }
  const perPixel = data.length / (width * height);
  if (perPixel !== 1 && perPixel !== 3 && perPixel !== 4) {
    throw new TensorError(
      `an image of ${width}×${height} needs 1, 3 or 4 bytes a pixel (${width * height}, ${width * height * 3} or ${width * height * 4}), but has ${data.length} bytes`,
    );
  }
  return perPixel;
}

/** The wanted rectangle as `[height, width, channels]` floats in 0…255. */
function extract(
  pixels: Pixels,
  left: number,
  top: number,
  width: number,
  height: number,
  channels: 1 | 3,
): Float32Array {
  const perPixel = bytesPerPixel(pixels);
  const { data } = pixels;
  const result = new Float32Array(height * width * channels);
  let target = 0;
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) {
      const source = (y * pixels.width + x) * perPixel;
      const red = data[source] as number;
      const green = perPixel === 1 ? red : (data[source + 1] as number);
      const blue = perPixel === 1 ? red : (data[source + 2] as number);
      if (channels === 1) {
        result[target++] = 0.299 * red + 0.587 * green + 0.114 * blue;
      } else {
        result[target++] = red;
        result[target++] = green;
        result[target++] = blue;
      }
    }
  }
  return result;
}

const channelValue = (value: number | readonly number[], channel: number): number =>
  typeof value === 'number' ? value : (value[channel] as number);

function normalizeInPlace(
  data: Float32Array,
  channels: number,
  { mean, standardDeviation }: Normalization,
): void {
  for (const [what, value] of [
    ['means', mean],
    ['standard deviations', standardDeviation],
  ] as const) {
    if (typeof value !== 'number' && value.length !== channels) {
      throw new TensorError(`normalization has ${value.length} ${what} for ${channels} channels`);
    }
  }
  for (let channel = 0; channel < channels; channel++) {
    const deviation = channelValue(standardDeviation, channel);
    if (!(deviation > 0)) {
      throw new TensorError(
        `normalization divides by a standard deviation, which must be above 0, not ${deviation}`,
      );
    }
  }
  for (let i = 0; i < data.length; i++) {
    const channel = i % channels;
    data[i] = ((data[i] as number) - channelValue(mean, channel)) / channelValue(standardDeviation, channel);
  }
}

/**
 * Decoded pixels as a network's input `[1, H, W, channels]`: centre square crop, then antialiased resize, then
 * normalization.
 *
 * @throws {TensorError} when the pixel count, the size or the normalization does not fit.
 *
 * @example
 * const input = imageToTensor(context.getImageData(0, 0, 640, 480), { size: { height: 224, width: 224 } });
 */
export function imageToTensor(pixels: Pixels, options: ImageOptions = {}): Tensor<'float32'> {
  if (typeof options !== 'object' || options === null) {
    throw new TensorError(`options must be an object, such as { size }, but are ${String(options)}`);
  }
  const { crop = true, size = false, normalize = minusOneToOne, channels = 3 } = options;
  const isSize = size === false || (typeof size === 'object' && size !== null);
  const isNormalization =
    normalize === false ||
    [normalize?.mean, normalize?.standardDeviation].every(
      (one) => typeof one === 'number' || Array.isArray(one),
    );
  if (!isSize || !isNormalization || (channels !== 1 && channels !== 3)) {
    throw new TensorError(
      'size must be { height, width } or false, normalize { mean, standardDeviation } or false, and channels 1 or 3',
    );
  }
  bytesPerPixel(pixels);
  const side = Math.min(pixels.width, pixels.height);
  const width = crop ? side : pixels.width;
  const height = crop ? side : pixels.height;
  let data = extract(
    pixels,
    (pixels.width - width) >> 1,
    (pixels.height - height) >> 1,
    width,
    height,
    channels,
  );
  const target = size === false ? { height, width } : size;
  if (
    !(
      Number.isInteger(target.height) &&
      Number.isInteger(target.width) &&
      target.height > 0 &&
      target.width > 0
    )
  ) {
    throw new TensorError(`an image cannot be resized to ${target.width}×${target.height} pixels`);
  }
  data = resizeAntialiased(data, [height, width, channels], target.height, target.width);
  if (normalize !== false) normalizeInPlace(data, channels, normalize);
  return createTensor('float32', [1, target.height, target.width, channels], data);
}
