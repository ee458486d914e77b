import { runReference } from '@sepconv/reference';
import { describe, expect, test } from 'vitest';
import { digitInput, sampleDigits, storedDigitNetwork } from '../../cli/src/digits/stored-digits.js';
import { mnistImage, side } from '../src/islands/digits/mnist-image.js';
import { createClassifier } from '../src/islands/model/classify.js';

/** A drawing with the given rectangle full of ink. */
function rectangle(left: number, top: number, width: number, height: number) {
  const data = new Uint8Array(280 * 280);
  for (let y = top; y < top + height; y++) data.fill(255, y * 280 + left, y * 280 + left + width);
  return { data, width: 280, height: 280 };
}

describe('a drawing becomes an image like MNIST’s', () => {
  test('20 pixels long, with its centre of mass in the middle, wherever it was drawn', () => {
    for (const [left, top] of [
      [0, 0],
      [200, 100],
    ] as const) {
      const image = mnistImage(rectangle(left, top, 40, 120))!;
      const rows = new Set<number>();
      const columns = new Set<number>();
      image.forEach((byte, i) => {
        if (byte < 128) return;
        rows.add(Math.floor(i / side));
        columns.add(i % side);
      });
      expect([Math.min(...rows), Math.max(...rows)]).toEqual([4, 23]);
      expect(columns.size).toBe(7);
      expect(Math.abs((Math.min(...columns) + Math.max(...columns) + 1) / 2 - side / 2)).toBeLessThanOrEqual(
        0.5,
      );
    }
  });

  test('a dot fills the field, and nothing is nothing', () => {
    expect(mnistImage(rectangle(100, 100, 1, 1))?.filter((byte) => byte > 0)).toHaveLength(400);
    expect(mnistImage(rectangle(0, 0, 0, 0))).toBeUndefined();
  });

  test('a test digit that is drawn large is recognized still', async () => {
    const classifier = await createClassifier(storedDigitNetwork(), { budgetMs: 0 });
    sampleDigits().forEach((pixels, digit) => {
      // Ten by ten pixels of the field for each of the image, as if someone had drawn it there.
      const data = new Uint8Array(280 * 280);
      data.forEach((_, i) => {
        data[i] = pixels[Math.floor(i / 2800) * side + Math.floor((i % 280) / 10)]!;
      });
      const image = mnistImage({ data, width: 280, height: 280 })!;
      expect(classifier.classify(digitInput(image)).guesses[0]?.index).toBe(digit);
    });
    classifier.dispose();
  });
});

test('the network sees in every sample what the reference sees', async () => {
  const network = storedDigitNetwork();
  const classifier = await createClassifier(network, { count: 10, budgetMs: 0 });
  sampleDigits().forEach((pixels, digit) => {
    const [logits] = runReference(network, digitInput(pixels)).values();
    const { guesses } = classifier.classify(digitInput(pixels));
    expect(guesses[0]?.index).toBe(digit);
    const largest = [...logits!.data].indexOf(Math.max(...logits!.data));
    expect(largest).toBe(digit);
    const [first, second] = guesses;
    // Softmax keeps differences of logits as ratios of probabilities.
    expect(Math.log(first!.probability / second!.probability)).toBeCloseTo(
      logits!.data[first!.index]! - logits!.data[second!.index]!,
      3,
    );
  });
  classifier.dispose();
});
