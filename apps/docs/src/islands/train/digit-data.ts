/** @file How the digits lie in their file, and how they become a set to learn from. */
import type { Dataset } from '@sepconv/train';

const side = 28;
const size = side * side;
const digits = 10;

/** The images of 0, of 1, … one after the other: the n-th image of each digit, then the next of each. */
export function packDigits(images: readonly Uint8Array[]): Uint8Array {
  const each = images[0]!.length / size;
  const packed = new Uint8Array(digits * each * size);
  images.forEach((list, digit) => {
    for (let n = 0; n < each; n++) {
      packed.set(list.subarray(n * size, (n + 1) * size), (n * digits + digit) * size);
    }
  });
  return packed;
}

/** Packed images as a set of the library; the label of an image is its place. */
export function unpackDigits(
  packed: Uint8Array,
): Dataset & { readonly pixels: Uint8Array; readonly labels: Int32Array } {
  return {
    shape: [side, side, 1],
    pixels: packed,
    labels: Int32Array.from({ length: packed.length / size }, (_, i) => i % digits),
    classes: Array.from({ length: digits }, (_, digit) => `${digit}`),
    // MNIST's mean and standard deviation.
    normalization: { mean: 0.1307 * 255, standardDeviation: 0.3081 * 255 },
  };
}

/** Loads the packed images and unpacks them. */
export async function loadDigits(address: string): Promise<Dataset> {
  const response = await fetch(address);
  if (!response.ok || response.body === null) {
    throw new Error(`the digits could not be loaded: ${response.status} ${response.statusText}`);
  }
  const inflated = response.body.pipeThrough(new DecompressionStream('deflate-raw'));
  return unpackDigits(new Uint8Array(await new Response(inflated).arrayBuffer()));
}
