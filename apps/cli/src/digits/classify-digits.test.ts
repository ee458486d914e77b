import { readSafetensors } from '@sepconv/formats/safetensors';
import { toFloat32 } from '@sepconv/tensor';
import { type Dataset, digitNetwork, evaluate } from '@sepconv/train';
import { beforeAll, describe, expect, it } from 'vitest';
import { readDigits, splitPhotos } from '../train/data.js';
import { classifyDigits } from './classify-digits.js';
import { storedImages } from './images.generated.js';
import { storedNetwork } from './network.generated.js';

const size = 28 * 28;
const file = Buffer.from(storedNetwork.weights, 'base64');
let test: Dataset;

beforeAll(() => {
  test = splitPhotos({ dataset: readDigits(), files: undefined }, 0.2).data.validation!;
});

describe('the network that comes with the command', { timeout: 60_000 }, () => {
  it('is smaller than 100 KB', () => {
    expect(file.length).toBeGreaterThan(0);
    expect(file.length).toBeLessThan(100_000);
  });

  it('gets as many of the test images right as it says', async () => {
    const weights = new Map(
      [...readSafetensors(file).tensors].map(([name, tensor]) => [name, toFloat32(tensor)]),
    );
    const graph = digitNetwork({ widths: storedNetwork.widths });
    const { accuracy, count } = await evaluate({ graph, weights }, test);
    expect(count).toBe(storedNetwork.testImages);
    // Engines round differently: an image or two of 1996 may be on the edge.
    expect(Math.abs(accuracy - storedNetwork.accuracy)).toBeLessThanOrEqual(2 / count);
    expect(accuracy).toBeGreaterThan(0.99);
  });

  it('is shown the first test image of every digit', () => {
    const images = Buffer.from(storedImages, 'base64');
    expect(images.length).toBe(10 * size);
    for (let digit = 0; digit < 10; digit++) {
      const at = Array.from(test.labels).indexOf(digit);
      const own = test.pixels.subarray(at * size, (at + 1) * size);
      expect([...images.subarray(digit * size, (digit + 1) * size)], `${digit}`).toEqual([...own]);
    }
  });

  it.each(['simd128', 'auto'] as const)('tells all ten right on %s', async (engine) => {
    const result = await classifyDigits(engine, 1);
    expect(result.guesses.map(({ guess }) => guess)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const { probability } of result.guesses) {
      expect(probability).toBeGreaterThan(0.5);
      expect(probability).toBeLessThanOrEqual(1);
    }
    expect(result).toMatchObject({ bytes: file.length, testImages: 1996 });
    expect(result.milliseconds).toBeGreaterThan(0);
  });
});
