import type { Random } from '@sepconv/tensor';

/** How far images are changed at random, every time that they are seen. What is left out stays. */
export interface AugmentationOptions {
  /** Pixels to any side. */
  readonly shift?: number;
  /** Degrees to either side. */
  readonly rotate?: number;
  /** A share of the size: 0.1 is from 1/1.1 to 1.1 times. */
  readonly zoom?: number;
  /** Left and right exchanged in half of the cases. Not for digits. */
  readonly flip?: boolean;
}

/** From a pixel of the result to its place in the image: `(x', y') = (a·x + b·y + c, d·x + e·y + f)`. */
type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Draws one change around the image's centre. */
function drawAffine(options: AugmentationOptions, height: number, width: number, random: Random): Affine {
  const { shift = 0, rotate = 0, zoom = 0, flip = false } = options;
  const either = (most: number): number => (2 * random.next() - 1) * most;
  const angle = (either(rotate) * Math.PI) / 180;
  const scale = (1 + zoom) ** either(1);
  const [shiftX, shiftY] = [either(shift), either(shift)];
  const mirror = flip && random.next() < 0.5 ? -1 : 1;
  const [cosine, sine] = [Math.cos(angle) / scale, Math.sin(angle) / scale];
  const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2];
  const [a, b, d, e] = [mirror * cosine, mirror * sine, -sine, cosine];
  return [
    a,
    b,
    centreX + shiftX - a * centreX - b * centreY,
    d,
    e,
    centreY + shiftY - d * centreX - e * centreY,
  ];
}

/** A function that puts a changed image into `target`, between pixels by bilinear interpolation, outside with zeros. */
export type Augment = (
  source: ArrayLike<number>,
  from: number,
  target: Float32Array,
  to: number,
  random: Random,
) => void;

/** Whether nothing is changed. */
const isNothing = ({ shift = 0, rotate = 0, zoom = 0, flip = false }: AugmentationOptions): boolean =>
  shift === 0 && rotate === 0 && zoom === 0 && !flip;

/** The augmentation of images of one shape. */
export function createAugment(
  options: AugmentationOptions,
  [height, width, channels]: readonly [number, number, number],
): Augment {
  const size = height * width * channels;
  if (isNothing(options)) {
    return (source, from, target, to) => {
      for (let i = 0; i < size; i++) target[to + i] = source[from + i]!;
    };
  }
  return (source, from, target, to, random) => {
    const [a, b, c, d, e, f] = drawAffine(options, height, width, random);
    const pixel = (y: number, x: number, channel: number): number =>
      y < 0 || y >= height || x < 0 || x >= width ? 0 : source[from + (y * width + x) * channels + channel]!;
    let index = to;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [sourceX, sourceY] = [a * x + b * y + c, d * x + e * y + f];
        const [left, top] = [Math.floor(sourceX), Math.floor(sourceY)];
        const [right, down] = [sourceX - left, sourceY - top];
        for (let channel = 0; channel < channels; channel++) {
          const above = (1 - right) * pixel(top, left, channel) + right * pixel(top, left + 1, channel);
          const below =
            (1 - right) * pixel(top + 1, left, channel) + right * pixel(top + 1, left + 1, channel);
          target[index++] = (1 - down) * above + down * below;
        }
      }
    }
  };
}
