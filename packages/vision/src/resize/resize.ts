import { VisionError } from '../errors.js';
import { type OpenCvResize, resizeAsOpenCv } from './opencv.js';
import { type PillowFilter, resizeAsPillow } from './pillow.js';
import type { Image, RealImage, Target } from './planes.js';
import { resizeAsTensorFlow, type TensorFlowResize } from './tensorflow.js';

/** Ways of resizing, by the program whose values they give. */
export const resizeNames = [
  'pillow-nearest',
  'pillow-box',
  'pillow-bilinear',
  'pillow-hamming',
  'pillow-bicubic',
  'pillow-lanczos',
  'tensorflow-bilinear',
  'tensorflow-bilinear-half-pixel',
  'tensorflow-bilinear-antialias',
  'tensorflow-bicubic-antialias',
  'opencv-linear',
  'opencv-area',
] as const;

/**
 * A way of resizing. Pillow's (also `torchvision` on images) and OpenCV's give bytes, TensorFlow's real numbers. Pillow's, and
 * TensorFlow's with `antialias`, look at every pixel of an image that shrinks; the others skip pixels.
 */
export type ResizeName = (typeof resizeNames)[number];

/**
 * Resizes as the program does that the name begins with.
 *
 * @throws {VisionError} when there is no such way.
 */
export function resizeImage(image: Image, target: Target, name: ResizeName): RealImage {
  if (!resizeNames.includes(name)) {
    throw new VisionError(`there is no resize "${String(name)}"; there are ${resizeNames.join(', ')}`);
  }
  const isSide = (side: unknown): boolean => Number.isSafeInteger(side) && (side as number) > 0;
  const { width, height, channels, data } = image ?? {};
  const isImage = isSide(width) && isSide(height) && (channels === 1 || channels === 3);
  if (!isImage || !(data instanceof Uint8Array) || data.length !== width * height * channels) {
    throw new VisionError(
      'an image is { data, width, height, channels }, with a Uint8Array of width · height · channels bytes, and 1 or 3 channels',
    );
  }
  if (!isSide(target?.width) || !isSide(target.height)) {
    throw new VisionError('an image is resized to { width, height }, whole numbers of at least 1');
  }
  const [, program, way] = /^([^-]+)-(.+)$/.exec(name) as unknown as [string, string, string];
  if (program === 'pillow') return resizeAsPillow(image, target, way as PillowFilter);
  if (program === 'opencv') return resizeAsOpenCv(image, target, way as OpenCvResize);
  return resizeAsTensorFlow(image, target, way as TensorFlowResize);
}
