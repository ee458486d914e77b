import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from './random.js';
import { resizeAntialiased } from './resize.js';

const size = fc.integer({ min: 1, max: 12 });

function pixels(height: number, width: number, channels: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: height * width * channels }, () => 255 * random.next());
}

/** The same image seen in a mirror, left and right or top and bottom swapped. */
function mirror(
  data: Float32Array,
  height: number,
  width: number,
  channels: number,
  vertical: boolean,
): Float32Array {
  return data.map((_, index) => {
    const c = index % channels;
    const x = Math.floor(index / channels) % width;
    const y = Math.floor(index / channels / width);
    const [fromY, fromX] = vertical ? [height - 1 - y, x] : [y, width - 1 - x];
    return data[(fromY * width + fromX) * channels + c]!;
  });
}

function expectClose(actual: Float32Array, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 3);
  });
}

describe('resizeAntialiased', () => {
  it('halves a row: each output weighs three pixels 3 : 3 : 1', () => {
    // The first output is centred at 1 and reaches 2: over the pixel centres 0.5, 1.5, 2.5 the triangle is 0.75, 0.75,
    // 0.25. With the pixels 0, 7, 14, 21: (3·0 + 3·7 + 14) / 7, and from the other end (7 + 3·14 + 3·21) / 7.
    expectClose(resizeAntialiased(Float32Array.of(0, 7, 14, 21), [1, 4, 1], 1, 2), [5, 16]);
    expectClose(resizeAntialiased(Float32Array.of(0, 7, 14, 21), [4, 1, 1], 2, 1), [5, 16]);
  });

  it('doubles a row: each output weighs two pixels 3 : 1', () => {
    // The outputs are centred at 0.25, 0.75, 1.25, 1.75; at the ends only one pixel is near.
    expectClose(resizeAntialiased(Float32Array.of(0, 4), [1, 2, 1], 1, 4), [0, 1, 3, 4]);
  });

  it('takes the mean when everything becomes one pixel of three', () => {
    // Centre 1.5, reach 3: the pixel centres 0.5, 1.5, 2.5 weigh 2/3, 1, 2/3.
    expectClose(resizeAntialiased(Float32Array.of(3, 7, 10), [1, 3, 1], 1, 1), [
      (2 * 3 + 3 * 7 + 2 * 10) / 7,
    ]);
  });

  it('works along both axes, channel by channel', () => {
    // Rows (0 4), (8 12) in channel 0 and ten times that in channel 1, to one pixel: all weigh the same.
    const image = Float32Array.of(0, 0, 4, 40, 8, 80, 12, 120);
    expectClose(resizeAntialiased(image, [2, 2, 2], 1, 1), [6, 60]);
  });

  it('leaves an image of the right size as it is', () => {
    const image = pixels(3, 5, 2, 1);
    expect(resizeAntialiased(image, [3, 5, 2], 3, 5)).toEqual(image);
  });

  it('keeps a constant constant', () => {
    fc.assert(
      fc.property(size, size, size, size, (height, width, outputHeight, outputWidth) => {
        const image = new Float32Array(height * width).fill(93);
        const resized = resizeAntialiased(image, [height, width, 1], outputHeight, outputWidth);
        expectClose(resized, new Float32Array(outputHeight * outputWidth).fill(93));
      }),
    );
  });

  it('stays between the darkest and the brightest pixel', () => {
    fc.assert(
      fc.property(size, size, size, size, fc.nat(), (height, width, outputHeight, outputWidth, seed) => {
        const image = pixels(height, width, 1, seed);
        const resized = resizeAntialiased(image, [height, width, 1], outputHeight, outputWidth);
        expect(Math.min(...resized)).toBeGreaterThanOrEqual(Math.min(...image) - 1e-3);
        expect(Math.max(...resized)).toBeLessThanOrEqual(Math.max(...image) + 1e-3);
      }),
    );
  });

  it('commutes with mirroring', () => {
    fc.assert(
      fc.property(
        size,
        size,
        size,
        size,
        fc.boolean(),
        fc.nat(),
        (height, width, toHeight, toWidth, vertical, seed) => {
          const image = pixels(height, width, 2, seed);
          const mirrored = mirror(image, height, width, 2, vertical);
          const after = mirror(
            resizeAntialiased(image, [height, width, 2], toHeight, toWidth),
            toHeight,
            toWidth,
            2,
            vertical,
          );
          expectClose(resizeAntialiased(mirrored, [height, width, 2], toHeight, toWidth), after);
        },
      ),
    );
  });
});
