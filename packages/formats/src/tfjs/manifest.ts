/**
 * @file The weights manifest of a `model.json`: groups of shards, and the weights that lie in each group one behind the
 * other. Source: https://github.com/tensorflow/tfjs, tfjs-core/src/io/types.ts, `WeightsManifestConfig`.
 */
import { elementCount, formatShape } from '@sepconv/tensor';
import { maxRank } from '../budget.js';
import { quote, refuse } from '../errors.js';
import type { Json } from '../json.js';
import type { JsonObject } from './json.js';

/** How stored integers stand for numbers: `scale · stored + min`; float16 stands for itself. */
export type WeightEncoding =
  | { readonly dtype: 'uint8' | 'uint16'; readonly scale: number; readonly min: number }
  | { readonly dtype: 'float16' };

/** A weight and how it is stored. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly encoding?: WeightEncoding;
}

/** Weights one behind the other, in the bytes of shards one behind the other. */
export interface WeightGroup {
  /** Relative to the model's folder, and inside it. */
  readonly paths: readonly string[];
  readonly weights: readonly WeightSpec[];
}

/** Bytes of one element as it is stored. */
const elementBytes: ReadonlyMap<string, number> = new Map([
  ['float32', 4],
  ['int32', 4],
  ['bool', 1],
  ['uint8', 1],
  ['uint16', 2],
  ['float16', 2],
]);

/** Bytes that a weight takes in its group; `undefined` for a type that cannot be read, such as a text. */
export function storedBytes({ shape, dtype, encoding }: WeightSpec): number | undefined {
  const bytes = elementBytes.get(encoding?.dtype ?? dtype);
  return bytes === undefined ? undefined : bytes * elementCount(shape);
}

/**
 * A shard's path as a file may be asked for: relative, with `/` between its parts, and never outside the folder. Without the `./` that
 * ml5 writes before it.
 *
 * @throws {FormatError} when it is anything else.
 */
function checkPath(said: Json, where: string): string {
  const path = typeof said === 'string' ? said.replace(/^\.\//, '') : '';
  const isPlain = path !== '' && path.length <= 512 && !/[\\:?#%\p{Cc}]/u.test(path);
  const parts = isPlain ? path.split('/') : [];
  if (!isPlain || parts.some((part) => part === '' || part === '.' || part === '..')) {
    refuse(`${where} names the shard ${quote(String(said))}, which must be a file in the model's own folder`);
  }
  return path;
}

function readEncoding(weight: JsonObject): WeightEncoding | undefined {
  if (!weight.has('quantization')) return undefined;
  const quantization = weight.object('quantization');
  const dtype = quantization.string('dtype');
  if (dtype === 'float16') return { dtype };
  if (dtype !== 'uint8' && dtype !== 'uint16') {
    refuse(`${quantization.path} has the type ${quote(dtype)}; uint8, uint16 and float16 can be read`);
  }
  return { dtype, scale: quantization.number('scale'), min: quantization.number('min') };
}

function readWeight(weight: JsonObject): WeightSpec {
  const name = weight.string('name');
  const shape = weight.integers('shape');
  if (shape.length > maxRank || shape.some((dimension) => dimension < 0)) {
    refuse(`the weight ${quote(name)} has the impossible shape ${formatShape(shape)}`);
  }
  if (!Number.isSafeInteger(elementCount(shape))) {
    refuse(`the weight ${quote(name)} has the shape ${formatShape(shape)}, more than any memory holds`);
  }
  const encoding = readEncoding(weight);
  return { name, shape, dtype: weight.string('dtype'), ...(encoding && { encoding }) };
}

/**
 * Reads the manifest of a model.
 *
 * @throws {FormatError} when it is not one, a path leaves the folder, or two weights have one name.
 */
export function readManifest(model: JsonObject): WeightGroup[] {
  const seen = new Set<string>();
  return model.objects('weightsManifest').map((group) => {
    const weights = group.objects('weights').map(readWeight);
    for (const { name } of weights) {
      if (seen.has(name)) refuse(`${group.path} has two weights called ${quote(name)}`);
      seen.add(name);
    }
    const paths = group.list('paths').map((path) => checkPath(path, `${group.path}.paths`));
    return { paths, weights };
  });
}
