/** @file From a photo to an answer in Chromium, as users build their pages. */
import { existsSync, readFileSync } from 'node:fs';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { GraphBuilder } from '@sepconv/graph';
import { float32Tensor } from '@sepconv/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pagesOf } from './bundlers.ts';
import { browserTitle, chromiumPath, type OpenPage, openPage } from './page.ts';

const shared = new URL('../../../shared/', import.meta.url);
const isShared = existsSync(new URL('models', shared));
const skipped = isShared ? '' : ' (skipped: ../shared/models is not there)';
const { 'no bundler': _, ...pages } = pagesOf(new URL('vision-page.js', import.meta.url));

interface Ranked {
  readonly label: string;
  readonly index: number;
  readonly probability: number;
}

interface Answers {
  readonly answers: Readonly<Record<string, readonly Ranked[]>>;
  readonly isInWorker: boolean;
  readonly late: string;
}

/** The mean of each colour as logits, as a file that says what it is for. */
function colours(): Uint8Array {
  const builder = new GraphBuilder('colours');
  const image = builder.input('image', [1, 8, 8, 3]);
  const mean = builder.node('global-average-pool2d', [image], {}, 'mean');
  const filter = builder.parameter('filter', [1, 1, 3, 3], 'weight');
  const graph = builder.build([builder.node('pointwise-conv2d', [mean, filter], {}, 'logits')]);
  const weights = new Map([['filter', float32Tensor([1, 1, 3, 3], [4, 0, 0, 0, 4, 0, 0, 0, 4])]]);
  const normalization = { mean: 0, standardDeviation: 255 };
  return writeOnnx({ graph, weights }, { labels: ['red', 'green', 'blue'], normalization });
}

/** A green square, 2×2 pixels with a header of 54 bytes. */
function greenBmp(): Uint8Array {
  const file = Buffer.alloc(54 + 16);
  file.write('BM');
  const numbers = [file.length, 0, 54, 40, 2, 2, 1 | (24 << 16), 0, 16];
  numbers.forEach((number, i) => void file.writeUInt32LE(number, 2 + 4 * i));
  for (const pixel of [54, 57, 62, 65]) file[pixel + 1] = 255;
  return file;
}

const own: [string, readonly [string, Uint8Array]][] = [
  ['/colours.onnx', ['application/octet-stream', colours()]],
  ['/green.bmp', ['image/bmp', greenBmp()]],
];

function sharedFiles(): [string, readonly [string, Uint8Array]][] {
  const models = ['mobilenet_v1_0.25_128_quant.tflite', 'mobilenet_v2_1.0_224_quant.tflite'];
  const paths = [...models.map((name) => `models/${name}`), 'images/hot_dog.jpg', 'images/cat_720p.jpg'];
  return paths.map((path) => [`/${path}`, ['application/octet-stream', readFileSync(new URL(path, shared))]]);
}

const sources = [
  ...['ImageData', 'canvas', 'OffscreenCanvas', 'img', 'ImageBitmap', 'VideoFrame'],
  ...['Blob', 'bytes', 'address', 'URL'],
];

describe.skipIf(chromiumPath === undefined).each(Object.keys(pages))(
  browserTitle('a photo in a page built with %s'),
  (bundler) => {
    let open: OpenPage;
    beforeAll(async () => {
      const { files, policy } = await pages[bundler]!();
      const strict = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval' ${policy}; worker-src 'self'; connect-src 'self'; img-src 'self' http://localhost:*`;
      const all = new Map([...files, ...own, ...(isShared ? sharedFiles() : [])]);
      open = await openPage(all, strict);
      await open.page.waitForFunction('globalThis.isLoaded').catch(() => {
        throw new Error(`the page did not load: ${open.problems.join('\n')}`);
      });
    });
    afterAll(() => open?.close());

    test('is taken from everything that a page can show, in a worker that ends', async () => {
      const { answers, isInWorker, late } = await open.page.evaluate<Answers>(
        `classifyAll('/colours.onnx', '/green.bmp')`,
      );
      expect(isInWorker).toBe(true);
      expect(Object.keys(answers)).toEqual(sources);
      for (const ranked of Object.values(answers)) {
        expect(ranked.map(({ label }) => label)).toEqual(['green', 'red']);
        expect(ranked[0]?.probability).toBeCloseTo(Math.exp(4) / (Math.exp(4) + 2), 5);
      }
      expect(late).toBe('VisionError this classifier is disposed: load it again');
      await expect.poll(() => open.page.workers().length).toBe(0);
    });

    test.skipIf(!isShared)(`gives the names that the model files carry${skipped}`, async () => {
      for (const [model, photo, label] of [
        ['mobilenet_v2_1.0_224_quant.tflite', 'hot_dog.jpg', 'hotdog, hot dog, red hot'],
        ['mobilenet_v1_0.25_128_quant.tflite', 'cat_720p.jpg', 'Egyptian cat'],
      ]) {
        const { answers } = await open.page.evaluate<Answers>(
          `classifyAll('/models/${model}', '/images/${photo}')`,
        );
        const [first] = Object.values(answers);
        for (const ranked of Object.values(answers)) expect(ranked).toEqual(first);
        expect(first?.[0]?.label).toBe(label);
      }
    });

    test('moves, and every frame has an answer until the video ends or somebody stops', async () => {
      const { now, seen, frames } = await open.page.evaluate<{ now: string; seen: string[]; frames: number }>(
        `classifyVideo('/colours.onnx', ['#f00', '#0f0', '#00f'])`,
      );
      expect(now).toBe('red');
      expect(seen.filter((label, i) => label !== seen[i - 1]).join(' ')).toMatch(/^(red )?green blue$/);
      expect(frames).toBe(3);
      await expect.poll(() => open.page.workers().length).toBe(0);
    });

    test('that is none is refused in words', async () => {
      const foreign = open.page.url().replace('127.0.0.1', 'localhost');
      const told = await open.page.evaluate<Record<string, string>>(
        `classifyWrong('/colours.onnx', '${foreign}green.bmp')`,
      );
      expect(told).toEqual({
        nothing: expect.stringMatching(/^VisionError there is no image in this: give an ImageData/),
        emptyVideo: expect.stringMatching(/^VisionError the image has no pixels yet/),
        brokenImage: expect.stringMatching(/^VisionError the image cannot be loaded/),
        foreign: expect.stringMatching(/^VisionError .*another origin.*crossOrigin/),
        text: expect.stringMatching(/^VisionError this is no image that the browser can decode/),
        missing: expect.stringMatching(
          /^VisionError "\/nowhere.png" cannot be fetched: the server answers 404/,
        ),
        model: expect.stringMatching(/^VisionError "\/nowhere.onnx" cannot be fetched/),
      });
    });
  },
);

describe.skipIf(chromiumPath === undefined)(browserTitle('a page whose worker does not start'), () => {
  test('classifies itself, unless a worker was asked for', async () => {
    const { files } = await pages.esbuild!();
    const lacking = [...files].filter(([path]) => path !== '/session-worker.js');
    const { page, close } = await openPage(new Map([...lacking, ...own]));
    try {
      await page.waitForFunction('globalThis.isLoaded');
      const { answers, isInWorker } = await page.evaluate<Answers>(
        `classifyAll('/colours.onnx', '/green.bmp')`,
      );
      expect({ isInWorker, label: answers.canvas?.[0]?.label }).toEqual({
        isInWorker: false,
        label: 'green',
      });
      const refused = page.evaluate(`classifyAll('/colours.onnx', '/green.bmp', { worker: true })`);
      await expect(refused).rejects.toThrow(/workerScript/);
    } finally {
      await close();
    }
  });
});
