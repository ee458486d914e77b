import { initializeWeights } from '@sepconv/graph';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { createRandom } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { digitInput, sampleDigits, storedDigitNetwork } from '../../../cli/src/digits/stored-digits.js';
import { createClassifier } from '../../src/islands/model/classify.js';
import { inputTensor } from '../../src/islands/model/image-input.js';
import { percent } from '../../src/lib/numbers.js';
import { onnxFile, textFile } from '../support/files.js';
import { pageSession } from '../support/session.js';

const { page, open } = pageSession();

const answer = () => page().locator('.digits-answer');
const field = (name: string) => page().locator(`[data-field="${name}"]`);

describe('draw a digit', () => {
  test('a sample that is chosen with the keyboard gets the probability that the network gives', async () => {
    await open('run/');
    const button = page().getByRole('button', { name: 'A handwritten 7' });
    await button.focus();
    await page().keyboard.press('Enter');
    const classifier = await createClassifier(storedDigitNetwork(), { count: 10, budgetMs: 0 });
    const [best] = classifier.classify(digitInput(sampleDigits()[7]!)).guesses;
    classifier.dispose();
    await page()
      .getByText(`It is a ${best!.index}, says the network, with ${percent(best!.probability, 'en')}.`)
      .waitFor();
    expect(Number.parseFloat((await field('run-ms').textContent())!)).toBeGreaterThan(0);
    expect(await field('engine').textContent()).toMatch(/^(simd128|relaxed)$/);
    expect(await page().locator('.digits .guesses li').count()).toBe(10);
  });

  test('a stroke of the pointer is answered, and can be cleared', async () => {
    await open('run/');
    const canvas = page().locator('.drawing-field canvas');
    await canvas.scrollIntoViewIfNeeded();
    await page().getByRole('button', { name: 'A handwritten 0' }).waitFor();
    const box = (await canvas.boundingBox())!;
    const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
    await page().mouse.move(...at(0.5, 0.15));
    await page().mouse.down();
    await page().mouse.move(...at(0.5, 0.85), { steps: 12 });
    await page().mouse.up();
    await page()
      .getByText(/^It is a 1, says the network/)
      .waitFor();
    await page().getByRole('button', { name: 'Clear' }).click();
    expect(await answer().textContent()).toBe('Nothing drawn yet.');
  });
});

/** A picture of coloured noise as a PNG, made by the browser, and its pixels. */
async function noisePicture(side: number) {
  const random = createRandom(5);
  const bytes = Uint8ClampedArray.from({ length: side * side * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : Math.floor(random.next() * 256),
  );
  const url = await page().evaluate(
    ([data, size]) => {
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = size;
      const image = new ImageData(Uint8ClampedArray.from(data), size, size);
      canvas.getContext('2d')!.putImageData(image, 0, 0);
      return canvas.toDataURL('image/png');
    },
    [[...bytes], side] as const,
  );
  return {
    pixels: { data: bytes, width: side, height: side },
    png: Buffer.from(url.split(',')[1]!, 'base64'),
  };
}

describe('a model and an image', () => {
  const graph = mobileNetV1({ width: 0.25, resolution: 32, classes: 4 });
  const input = { height: 32, width: 32, channels: 3, classes: 4 } as const;
  const modelField = () => page().getByLabel('Drop an ONNX or TFLite file here, or choose one');
  const imageField = () => page().getByLabel('Drop an image here, or choose one');

  test('the classes are those that the engine gives, under their names', async () => {
    await open('run/');
    await modelField().setInputFiles(onnxFile('tiny.onnx', graph));
    const { pixels, png } = await noisePicture(48);
    await page()
      .getByLabel('Names of the classes')
      .setInputFiles(textFile('names.txt', 'ant\nbee\ncat\ndog\n'));
    await imageField().setInputFiles({ name: 'noise.png', mimeType: 'image/png', buffer: png });
    const guesses = page().locator('.model .guesses li');
    await guesses.first().waitFor();
    const classifier = await createClassifier(
      { graph, weights: initializeWeights(graph, 1) },
      { count: 4, budgetMs: 0 },
    );
    const expected = classifier.classify(inputTensor(pixels, input, 'minus-one-to-one'));
    classifier.dispose();
    const names = ['ant', 'bee', 'cat', 'dog'];
    expect(await guesses.allTextContents()).toEqual(
      expected.guesses.map(({ index, probability }) => `${names[index]}${percent(probability, 'en')}`),
    );
  });

  test('what is wrong with an image or the names is said in a sentence', async () => {
    await open('run/');
    await modelField().setInputFiles(onnxFile('tiny.onnx', graph));
    await imageField().setInputFiles(textFile('photo.jpg', 'not a photo'));
    const alert = page().getByRole('alert');
    await alert.getByText('this is no image that the browser can decode').waitFor();
    await page().getByLabel('Names of the classes').setInputFiles(textFile('names.txt', 'ant\nbee\n'));
    await alert.getByText('has 2 lines, but the network has 4 classes').waitFor();
  });
});
