/** @file Drawn images of classes that differ in shape, and not in colour. */
import { createRandom, type Random } from '@sepconv/tensor';

/** Whether a point, from −1 to 1 around the middle of a shape of size 1, lies in it. */
type Shape = (x: number, y: number) => boolean;

/** Five shapes of about the same area. */
export const shapes: Readonly<Record<string, Shape>> = {
  circle: (x, y) => x * x + y * y < 0.64,
  cross: (x, y) => Math.min(Math.abs(x), Math.abs(y)) < 0.3 && Math.max(Math.abs(x), Math.abs(y)) < 1,
  ring: (x, y) => x * x + y * y < 1 && x * x + y * y > 0.4,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.72,
  stripes: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 1 && Math.floor((y + 1) * 3.5) % 2 === 0,
};

/** A picture as its bytes, and the mean of each of its colours. */
export interface Drawing {
  readonly size: number;
  readonly rgb: Uint8Array;
  readonly mean: readonly number[];
}

const colour = (random: Random): number[] => [0, 1, 2].map(() => 40 + random.integer(176));

/** A shape somewhere in a picture, in any two colours that can be told apart. */
export function drawShape(shape: Shape, seed: number, size = 128): Drawing {
  const random = createRandom(seed);
  const background = colour(random);
  let ink = colour(random);
  const differs = () => ink.reduce((sum, value, c) => sum + Math.abs(value - background[c]!), 0) > 150;
  while (!differs()) ink = colour(random);
  const radius = size * (0.25 + 0.15 * random.next());
  const room = size - 2 * radius;
  const [left, top] = [radius + room * random.next(), radius + room * random.next()];
  const rgb = new Uint8Array(size * size * 3);
  const mean = [0, 0, 0];
  for (let i = 0; i < rgb.length; i++) {
    const [x, y] = [Math.floor(i / 3) % size, Math.floor(i / 3 / size)];
    const isInk = shape((x - left) / radius, (y - top) / radius);
    rgb[i] = (isInk ? ink : background)[i % 3]! + random.integer(17) - 8;
    mean[i % 3]! += rgb[i]! / (size * size);
  }
  return { size, rgb, mean };
}
