/** @file Seeded inputs: everybody makes the same numbers from a shape. */
import { createRandom } from '@sepconv/tensor';
import { drawnText } from '../networks/drawn-text.ts';
import type { FileNumbers, FileRequest, FileValue } from './contender.ts';

/** Height, width and channels of an image, and whether channels come first; nothing for what is no image. */
function imageOf(
  shape: readonly number[],
): { height: number; width: number; channels: number; first: boolean } | undefined {
  const [, a = 0, b = 0, c = 0] = shape;
  if (shape.length !== 4) return undefined;
  if (c === 1 || c === 3) return { height: a, width: b, channels: c, first: false };
  if (a === 1 || a === 3) return { height: b, width: c, channels: a, first: true };
  return undefined;
}

/** Soft shapes like those of a photo, between 0 and 1; noise alone would leave a network without a doubt of anything. */
function picture(
  { height, width, channels, first }: NonNullable<ReturnType<typeof imageOf>>,
  count: number,
): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const pixel = first ? i % (height * width) : Math.floor(i / channels) % (height * width);
    const channel = first ? Math.floor(i / (height * width)) % channels : i % channels;
    const x = (pixel % width) / width - 0.5;
    const y = Math.floor(pixel / width) / height - 0.5;
    const inside = x * x + y * y * 0.6 < 0.08 ? 0.75 - 0.15 * channel : 0.3 + 0.1 * channel;
    return inside + 0.1 * Math.sin(9 * x + channel) * Math.cos(7 * y);
  });
}

const words = ['OPEN', 'SEVEN'];
const centred = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] } as const;

/** The inputs of a seed: an image is a soft picture with some noise in it, or a word; anything else noise between −1 and 1. */
export function seededInputs(
  inputs: readonly FileValue[],
  seed: number,
  { values = {}, picture: kind }: Pick<FileRequest, 'values' | 'picture'> = {},
): FileNumbers[] {
  // Who knows a value beforehand may not have it among the inputs.
  const open = inputs.filter(({ name }) => values[name] === undefined);
  return inputs.map((input) => {
    const { name, shape } = input;
    const count = shape.reduce((product, size) => product * size, 1);
    const random = createRandom(seed * 1000 + open.indexOf(input));
    const noise = Float32Array.from({ length: count }, () => random.next());
    const image = imageOf(shape);
    const value = values[name];
    if (value !== undefined) return { name, shape, data: noise.fill(value) };
    if (image === undefined) return { name, shape, data: noise.map((number) => 2 * number - 1) };
    if (kind === 'text' && image.first)
      return {
        name,
        shape,
        data: drawnText(words[seed % words.length] as string, [image.height, image.width], centred).data,
      };
    const soft = picture(image, count);
    const mixed = noise.map((number, k) => 0.8 * (soft[k] as number) + 0.2 * number);
    if (kind !== 'pixels') return { name, shape, data: mixed };
    return { name, shape, data: mixed.map((number) => Math.max(0, Math.min(255, Math.round(255 * number)))) };
  });
}
