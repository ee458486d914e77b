import type { ImportedInput, ImportedNetwork } from '@sepconv/formats';
import type { GraphInput } from '@sepconv/graph';
import {
  formatShape,
  type ImageOptions,
  imageToTensor,
  type Normalization,
  quantizeTensor,
  roundHalfEven,
  storedRange,
  type Tensor,
  zeros,
} from '@sepconv/tensor';
import { DataError, printable, UsageError } from './errors.js';
import { readBytes } from './files.js';
import { cropCentre } from './images/crop.js';
import { readImage } from './images/decode.js';

const maximumLabelsBytes = 16_000_000;

/** How the command line wants images to become inputs. */
export interface InputFlags {
  readonly mean?: number | readonly number[];
  readonly std?: number | readonly number[];
  readonly crop: boolean;
  readonly size?: number;
}

/** The network's one image, `[1, H, W, 1 or 3]`; `what` needs it. */
export function imageInput(
  { network, inputs }: Pick<ImportedNetwork, 'network' | 'inputs'>,
  what = 'run',
): ImportedInput {
  const [input] = inputs;
  const [batch, , , channels] = input?.shape ?? [];
  const fits =
    inputs.length === 1 && input?.shape.length === 4 && batch === 1 && (channels === 1 || channels === 3);
  if (input === undefined || !fits) {
    const shapes = inputs.map(({ shape }) => formatShape(shape)).join(' and ');
    throw new DataError(
      `"${network.graph.name}" takes ${shapes}, but ${what} needs a network that takes one image, 1×height×width×3 or ×1`,
    );
  }
  return input;
}

/** InputFlags first, then what the file says; guessing would give wrong answers that look right. */
export function normalizationOf({ mean, std }: InputFlags, input: ImportedInput): Normalization {
  if (mean !== undefined && std !== undefined) return { mean, standardDeviation: std };
  if (mean !== undefined || std !== undefined) {
    throw new UsageError('--mean and --std belong together: a byte becomes (byte − mean) / std');
  }
  if (input.normalization !== undefined) return input.normalization;
  throw new UsageError(
    'the file does not say how pixels become numbers; give what the network was trained with, for example --mean 127.5 --std 127.5',
  );
}

/** @throws {UsageError} when flags contradict one another or the network's input. */
export function checkFlags(flags: InputFlags, input: ImportedInput): void {
  const [, height = 0, width = 0, channels = 0] = input.shape;
  for (const [name, value] of [
    ['--mean', flags.mean],
    ['--std', flags.std],
  ] as const) {
    if (typeof value === 'object' && value.length !== channels) {
      throw new UsageError(
        `${name} has ${value.length} numbers, but the network's images have ${channels} channel`,
      );
    }
  }
  if ([flags.std].flat().some((value) => value !== undefined && !(value > 0))) {
    throw new UsageError('--std must be above 0: pixels are divided by it');
  }
  if (flags.size === undefined) return;
  if (!flags.crop)
    throw new UsageError('--size cuts the centre out, which --no-crop forbids; give one of them');
  if (flags.size < Math.max(height, width)) {
    throw new UsageError(
      `--size ${flags.size} is less than the network's ${height}×${width} pixels, so nothing of that size could be cut out`,
    );
  }
}

/** The names of the classes, one a line; as many as there are classes. */
export async function readLabels(
  path: string | undefined,
  classes: number,
): Promise<readonly string[] | undefined> {
  if (path === undefined) return undefined;
  const text = Buffer.from(await readBytes(path, 'the labels file', maximumLabelsBytes)).toString('utf8');
  const labels = text
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split(/\r?\n/);
  if (labels.length !== classes) {
    const hint =
      Math.abs(labels.length - classes) === 1
        ? ' (some lists have a first line for the background, some do not)'
        : '';
    throw new DataError(
      `the labels file "${printable(path)}" has ${labels.length} lines, but the network has ${classes} classes${hint}`,
    );
  }
  return labels.map((label) => label.trim());
}

/** Reads an image file into the network's input. */
export async function readInput(
  path: string,
  flags: InputFlags,
  input: ImportedInput,
  normalize: Normalization,
): Promise<Tensor<'float32'>> {
  const [, height = 0, width = 0, channels] = input.shape;
  let pixels = await readImage(path);
  if (flags.size !== undefined) {
    // Scaling the shorter side to `size` and cutting the network's image out is cutting first and scaling less.
    const shorter = Math.min(pixels.width, pixels.height);
    const side = Math.max(1, Math.round((shorter * Math.max(height, width)) / flags.size));
    pixels = cropCentre(pixels, side, side);
  }
  const options: ImageOptions = {
    crop: flags.crop,
    size: { height, width },
    normalize,
    channels: channels === 1 ? 1 : 3,
  };
  return imageToTensor(pixels, options);
}

/** The input as the network takes it: in its integers, where it has some; without a scale they are the numbers themselves. */
export function asStored(tensor: Tensor<'float32'>, { dtype, quantization }: GraphInput): Tensor {
  if (dtype !== 'int8' && dtype !== 'uint8' && dtype !== 'int32') return tensor;
  if (quantization !== undefined && dtype !== 'int32') return quantizeTensor(tensor, dtype, quantization);
  const { min, max } = dtype === 'int32' ? { min: -(2 ** 31), max: 2 ** 31 - 1 } : storedRange(dtype);
  const integers = zeros(dtype, tensor.shape);
  tensor.data.forEach((value, i) => {
    integers.data[i] = Math.min(max, Math.max(min, roundHalfEven(value)));
  });
  return integers;
}
