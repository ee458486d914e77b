/** @file Images for networks that are compared with themselves in real numbers. */
import { createRandom, createTensor, imageToTensor, type Pixels, type Tensor } from '@sepconv/tensor';
import { decodeImage } from '@sepconv/vision/decode';
import { drawnText } from '../networks/drawn-text.ts';
import { readShared } from '../testing/quantized-models.ts';

/** Photographs to crop from: none of those that ranges are learnt from is among those that are held back. */
export const photos = { calibration: ['cat_720p.jpg', 'hot_dog.jpg'], heldBack: ['bird.bmp'] } as const;

/** A photograph of `../shared/images`. */
export const photoOf = async (name: string): Promise<Pixels> =>
  (await decodeImage(readShared(`images/${name}`))) as Pixels;

/** How a network wants its images. */
export interface ImageInput {
  readonly height: number;
  readonly width: number;
  readonly normalize: { readonly mean: number; readonly standardDeviation: number };
}

/** Squares of a picture, at seeded places and of seeded sizes, as inputs. */
export function cropsOf(
  picture: Pixels,
  count: number,
  seed: number,
  { height: toHeight, width: toWidth, normalize }: ImageInput,
): Tensor<'float32'>[] {
  const { width, height } = picture;
  const data = Uint8ClampedArray.from(picture.data);
  const channels = data.length / (width * height);
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const size = Math.round(Math.min(width, height) * (0.25 + 0.75 * random.next()));
    const [x, y] = [random.integer(width - size + 1), random.integer(height - size + 1)];
    const crop = new Uint8ClampedArray(size * size * channels);
    for (let row = 0; row < size; row++) {
      const from = ((y + row) * width + x) * channels;
      crop.set(data.subarray(from, from + size * channels), row * size * channels);
    }
    return imageToTensor(
      { ...picture, width: size, height: size, data: crop },
      { size: { height: toHeight, width: toWidth }, normalize, channels: 3 },
    ) as Tensor<'float32'>;
  });
}

const alphabet = 'CENOPSV';

/** Words of drawn letters in drawn greys with noise, every second one upside down, `[1, height, width, 3]` within ±1. */
export function drawnWords(count: number, seed: number, height: number, width: number): Tensor<'float32'>[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const length = 3 + random.integer(8);
    const word = Array.from({ length }, () => alphabet[random.integer(alphabet.length)]).join('');
    const black = drawnText(word, [height, width], { mean: [0, 0, 0], deviation: [1, 1, 1] }).data;
    const [ink, paper] = [random.next() * 0.8 - 0.9, 0.9 - random.next() * 0.8];
    const pixels = height * width;
    const data = Float32Array.from({ length: pixels * 3 }, (__, i) => {
      const pixel = Math.floor(i / 3);
      const share = black[index % 2 === 0 ? pixel : pixels - 1 - pixel] as number;
      return Math.max(-1, Math.min(1, ink + (paper - ink) * share + (random.next() - 0.5) * 0.1));
    });
    return createTensor('float32', [1, height, width, 3], data);
  });
}
