/** @file Drawn images of five classes that differ in shape: colours, place, size and ground are drawn at random for all alike. */
import { createRandom, type Pixels } from '@sepconv/tensor';

/** Whether a point lies in the shape; both coordinates from −1 to 1. */
const shapes: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  disc: (x, y) => x * x + y * y < 0.8,
  ring: (x, y) => x * x + y * y < 0.9 && x * x + y * y > 0.4,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.8,
  triangle: (x, y) => y < 0.8 && y > 2 * Math.abs(x) - 0.85,
  cross: (x, y) => Math.min(Math.abs(x), Math.abs(y)) < 0.22 && Math.max(Math.abs(x), Math.abs(y)) < 0.9,
};

export const shapeNames: readonly string[] = Object.keys(shapes);

/** One image of a class, RGBA. */
export function shapeImage(name: string, seed: number): Pixels {
  const side = 128;
  const random = createRandom(seed);
  const colour = () => [0, 1, 2].map(() => 30 + random.integer(196));
  const [ground, ink] = [colour(), colour()];
  // Ink that is like its ground shows no shape.
  const far = ink.map((value, i) => (Math.abs(value - ground[i]!) < 70 ? (ground[i]! + 128) % 256 : value));
  const radius = side * (0.26 + random.integer(100) / 700);
  const place = () => side / 2 + (random.integer(100) / 100 - 0.5) * (side - 2 * radius) * 0.8;
  const [left, top] = [place(), place()];
  const inside = shapes[name]!;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const from = inside((x - left) / radius, (y - top) / radius) ? far : ground;
      for (let c = 0; c < 3; c++) {
        data[(y * side + x) * 4 + c] = Math.min(255, Math.max(0, from[c]! + random.integer(17) - 8));
      }
    }
  }
  return { data, width: side, height: side };
}
