import type { ImportedInput, ImportedNetwork, ModelMetadata } from '@sepconv/formats';
import type { Normalization, Tensor } from '@sepconv/tensor';
import {
  imageInputOf,
  labelsOfText,
  type Preprocessing,
  prepareImage,
  type ResizeName,
  statedPreprocessing,
  VisionError,
} from '@sepconv/vision';
import { DataError, printable, UsageError, withContext } from './errors.js';
import { readBytes } from './files.js';
import { readImage } from './images.js';

const maximumLabelsBytes = 16_000_000;

/** How the command line wants images to become inputs. */
export interface InputFlags {
  readonly mean?: number | readonly number[];
  readonly std?: number | readonly number[];
  readonly crop: boolean;
  readonly size?: number;
  readonly resize?: ResizeName;
}

/** The network's one image, `[1, H, W, 1 or 3]`; `what` needs it. */
export function imageInput(
  imported: Pick<ImportedNetwork, 'network' | 'inputs'>,
  what = 'run',
): ImportedInput {
  try {
    return imageInputOf(imported).input;
  } catch (error) {
    if (!(error instanceof VisionError)) throw error;
    throw new DataError(`${error.message}, but ${what} needs a network that takes one image`, {
      cause: error,
    });
  }
}

/**
 * The normalization that the flags say, if they do.
 *
 * @throws {UsageError} when only one of both numbers is given.
 */
export function statedNormalization({
  mean,
  std,
}: Pick<InputFlags, 'mean' | 'std'>): Normalization | undefined {
  if (mean !== undefined && std !== undefined) return { mean, standardDeviation: std };
  if (mean === undefined && std === undefined) return undefined;
  throw new UsageError('--mean and --std belong together: a byte becomes (byte − mean) / std');
}

/** Flags first, then what the file says; guessing would give wrong answers that look right. */
function normalizationOf(flags: InputFlags, input: ImportedInput): Normalization {
  const normalization = statedNormalization(flags) ?? input.normalization;
  if (normalization !== undefined) return normalization;
  throw new UsageError(
    'the file does not say how pixels become numbers; give what the network was trained with, for example --mean 127.5 --std 127.5',
  );
}

/** How images become the input: as the file says where the flags say nothing. */
export function preprocessingFor(
  flags: InputFlags,
  input: ImportedInput,
  metadata: ModelMetadata,
): Preprocessing {
  const { resize, crop, size } = flags;
  const [, height = 0, width = 0] = input.shape;
  return {
    ...statedPreprocessing(metadata),
    normalization: normalizationOf(flags, input),
    ...(resize !== undefined && { resize }),
    ...(!crop && ({ fit: 'squeeze', cropFraction: 1 } as const)),
    ...(size !== undefined && ({ fit: 'crop', cropFraction: Math.max(height, width) / size } as const)),
  };
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
  return withContext(`the labels file "${printable(path)}" cannot be used`, () =>
    labelsOfText(text, classes),
  );
}

/** The names of the classes that the model file itself has, where there are as many as classes. */
export const labelsOf = ({ labels }: ModelMetadata, classes: number): readonly string[] | undefined =>
  labels?.length === classes ? labels : undefined;

/** Reads an image file into the network's input. */
export async function readInput(
  path: string,
  input: ImportedInput,
  preprocessing: Preprocessing,
): Promise<Tensor<'float32'>> {
  const [, height = 0, width = 0, channels] = input.shape;
  const pixels = await readImage(path);
  const size = { height, width, channels: channels === 1 ? 1 : 3 } as const;
  const { tensor } = prepareImage(pixels, size, preprocessing);
  return tensor;
}
