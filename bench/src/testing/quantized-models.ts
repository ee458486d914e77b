/** @file The quantized TFLite networks of `../shared/models` and the images that they are compared on. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (path: string): string =>
  fileURLToPath(new URL(`../../../../shared/${path}`, import.meta.url));

export const hasShared = (...paths: readonly string[]): boolean =>
  paths.every((path) => existsSync(pathOf(path)));

export const readShared = (path: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(pathOf(path)));

/** A title for tests of files there, which says so when they are skipped. */
export const sharedTitle = (title: string, ...paths: readonly string[]): string => {
  const missing = paths.find((path) => !hasShared(path));
  return missing === undefined ? title : `${title} (skipped: ../shared/${missing} is not there)`;
};

/** Sides of the networks' square images. */
export const sides = {
  'mobilenet_v1_0.25_128_quant.tflite': 128,
  'mobilenet_v2_1.0_224_quant.tflite': 224,
} as const;

export type QuantizedModel = keyof typeof sides;

/** Input `k` of a network: noise, or from 3 on a picture of waves with some noise. */
export function seededImage(model: QuantizedModel, k: number): Uint8Array<ArrayBuffer> {
  const side = sides[model];
  const bytes = new Uint8Array(side * side * 3);
  let z = 12345 + 777 * k;
  for (let i = 0; i < bytes.length; i++) {
    z = (Math.imul(1664525, z) + 1013904223) >>> 0;
    const pixel = Math.floor(i / 3);
    const x = pixel % side;
    const y = Math.floor(pixel / side);
    bytes[i] =
      k < 3
        ? z >>> 24
        : Math.floor(
            128 + 100 * Math.sin((x * (k + 1)) / 17 + (i % 3)) * Math.cos((y * k) / 23) + (z >>> 28),
          );
  }
  return bytes;
}
