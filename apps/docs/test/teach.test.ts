import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { digitPupil, pupilFrom, teach } from '../src/islands/teach/teach.js';
import { shapeImage, shapeNames } from './support/shapes.js';

const shared = new URL('../../../../shared/models/mobilenet_v1_0.25_128_quant.tflite', import.meta.url);

const classesOf = (names: readonly string[], each: number) =>
  names.map((name, c) => ({
    name,
    pixels: Array.from({ length: each }, (_, i) => shapeImage(name, 1000 * c + i + 1)),
  }));

/** How often the class of the nearest mean colour is the right one, each image against all others. */
function rightByColour(classes: ReturnType<typeof classesOf>): number {
  const all = classes.flatMap(({ pixels }, label) =>
    pixels.map(({ data }) => {
      const mean = [0, 1, 2].map((c) => {
        let sum = 0;
        for (let i = c; i < data.length; i += 4) sum += data[i]!;
        return (4 * sum) / data.length;
      });
      return { label, mean };
    }),
  );
  const right = all.filter(({ label, mean }, i) => {
    const distance = (j: number) => Math.hypot(...mean.map((value, c) => value - all[j]!.mean[c]!));
    const nearest = all
      .map((_, j) => j)
      .filter((j) => j !== i)
      .sort((a, b) => distance(a) - distance(b))[0]!;
    return all[nearest]!.label === label;
  });
  return right.length / all.length;
}

describe('teaching', () => {
  test('a network of a file tells five drawn classes apart, and its file says the same', async ({ skip }) => {
    if (!existsSync(shared)) return skip('../shared/models is not here');
    const classes = classesOf(shapeNames, 30);
    expect(rightByColour(classes)).toBeLessThan(0.4);
    const pupil = await pupilFrom(new Uint8Array(readFileSync(shared)), 'mobilenet.tflite');
    const steps = new Set<string>();
    const { taught } = await teach(pupil, classes, (step) => steps.add(step));
    console.log(
      `${(100 * taught.accuracy).toFixed(1)} % of ${taught.heldBack} held back, in ${taught.seconds.toFixed(1)} s`,
    );
    expect(taught.heldBack).toBe(30);
    expect(taught.accuracy).toBeGreaterThan(0.95);
    expect(taught.reopened).toEqual({ same: 30, of: 30, named: true });
    expect(taught.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(30);
    expect([...steps]).toEqual(['features', 'head', 'writing']);
    expect(taught.files.map(({ name, bytes }) => [name, bytes !== undefined])).toEqual([
      ['taught.tflite', true],
      ['taught.onnx', true],
    ]);
  });

  test('the embedded network learns strokes from a few images, of which none are held back', async () => {
    const { taught } = await teach(digitPupil(), classesOf(['cross', 'ring'], 4), () => undefined);
    expect(taught).toMatchObject({ heldBack: 0, images: 8, classes: ['cross', 'ring'] });
    expect(taught.accuracy).toBeGreaterThan(0.7);
    expect(taught.reopened.named).toBe(true);
  });

  test.each([
    [[], 'at least 2 classes, but there are 0'],
    [classesOf(['disc'], 3), 'at least 2 classes, but there is 1'],
    [[...classesOf(['disc'], 3), ...classesOf(['disc'], 3)], 'two classes are called "disc"'],
    [[...classesOf(['disc'], 3), ...classesOf(['ring'], 1)], 'the class "ring" has 1 image:'],
  ])('says what is missing, %#', async (classes, message) => {
    await expect(teach(digitPupil(), classes, () => undefined)).rejects.toThrow(message);
  });
});
