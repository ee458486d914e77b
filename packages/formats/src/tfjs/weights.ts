import {
  createTensor,
  decodeFloat16,
  elementCount,
  formatShape,
  type Shape,
  type Tensor,
} from '@sepconv/tensor';
import type { Budget } from '../budget.js';
import { Derived } from '../derived.js';
import { quote, refuse } from '../errors.js';
import { insteadOf } from '../foreign-files.js';
import { storedBytes, type WeightGroup, type WeightSpec } from './manifest.js';

/** A weight's place in the bytes of its group. */
interface Place {
  readonly spec: WeightSpec;
  readonly bytes: Uint8Array;
}

/** The shards of a group as one; a single shard is not copied. */
function joinShards(
  { paths }: WeightGroup,
  shards: ReadonlyMap<string, Uint8Array>,
  budget: Budget,
): Uint8Array {
  const parts = paths.map((path) => {
    const shard = shards.get(path) ?? shards.get(`./${path}`);
    return shard ?? refuse(`the shard ${quote(path)} is missing: give it together with model.json`);
  });
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0) return first;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  budget.charge(length, 'joining the shards');
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** What a shard is instead of weights, where their sizes do not fit. */
function insteadOfShards(group: WeightGroup, shards: ReadonlyMap<string, Uint8Array>): string {
  return group.paths.map((path) => insteadOf(shards.get(path) as Uint8Array)).find(Boolean) ?? '';
}

function placesOf(group: WeightGroup, shards: ReadonlyMap<string, Uint8Array>, budget: Budget): Place[] {
  // The same shard named a thousand times would be joined to a thousand times its size.
  if (new Set(group.paths).size !== group.paths.length) {
    refuse(`the manifest names the shard ${quote(group.paths[0] ?? '')} or another one twice in one group`);
  }
  const bytes = joinShards(group, shards, budget);
  let at = 0;
  const places = group.weights.map((spec) => {
    const length = storedBytes(spec);
    if (length === undefined) {
      refuse(`the weight ${quote(spec.name)} has the type ${quote(spec.dtype)}, which cannot be read`);
    }
    at += length;
    if (!(at <= bytes.length)) {
      refuse(
        `the weight ${quote(spec.name)} ends at byte ${at} of its shards, but they have ${bytes.length} bytes: one is cut off or missing${insteadOfShards(group, shards)}`,
      );
    }
    return { spec, bytes: bytes.subarray(at - length, at) };
  });
  if (at !== bytes.length) {
    refuse(
      `the weights of the shard ${quote(group.paths[0] ?? '')} take ${at} bytes, but there are ${bytes.length}: model.json and shards are not of one model${insteadOfShards(group, shards)}`,
    );
  }
  return places;
}

function decode({ spec, bytes }: Place, budget: Budget): Tensor<'float32'> {
  const { name, shape, dtype, encoding } = spec;
  const count = elementCount(shape);
  budget.charge(4 * count, `the weight ${quote(name)}`);
  const data = new Float32Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fill = (read: (i: number) => number): void => {
    for (let i = 0; i < count; i++) data[i] = read(i);
  };
  switch (encoding?.dtype ?? dtype) {
    case 'float32':
      fill((i) => view.getFloat32(4 * i, true));
      break;
    case 'int32':
      fill((i) => view.getInt32(4 * i, true));
      break;
    case 'float16':
      fill((i) => decodeFloat16(view.getUint16(2 * i, true)));
      break;
    default:
      fill(encodedReader(view, spec));
  }
  return createTensor('float32', shape, data);
}

/** bool and plain uint8 as they are; quantized ones as `scale · stored + min`, rounded for integers as TF.js does. */
function encodedReader(view: DataView, { dtype, encoding }: WeightSpec): (i: number) => number {
  const stored =
    encoding?.dtype === 'uint16' ? (i: number) => view.getUint16(2 * i, true) : view.getUint8.bind(view);
  if (encoding === undefined || encoding.dtype === 'float16') return stored;
  const { scale, min } = encoding;
  if (dtype === 'int32') return (i) => Math.round(scale * stored(i) + min);
  return (i) => scale * stored(i) + min;
}

/** The weights of a model by name, decoded when they are asked for. */
export class WeightStore {
  readonly #places = new Map<string, Place>();
  readonly #budget: Budget;
  readonly #decoded = new Derived();

  /** @throws {FormatError} when a shard is missing, or has another size than its weights. */
  constructor(groups: readonly WeightGroup[], shards: ReadonlyMap<string, Uint8Array>, budget: Budget) {
    this.#budget = budget;
    for (const group of groups) {
      for (const place of placesOf(group, shards, budget)) this.#places.set(place.spec.name, place);
    }
  }

  names(): Iterable<string> {
    return this.#places.keys();
  }

  has(name: string): boolean {
    return this.#places.has(name);
  }

  /** The numbers of a constant of a graph model, which may be an empty list. @throws {FormatError} as {@link tensor}. */
  constant(name: string): { readonly shape: Shape; readonly data: Float32Array } {
    const shape = this.#places.get(name)?.spec.shape;
    return shape?.includes(0) ? { shape, data: new Float32Array() } : this.tensor(name);
  }

  /** @throws {FormatError} when there is no such weight, or it has another number of dimensions. */
  tensor(name: string, rank?: number): Tensor<'float32'> {
    const place = this.#places.get(name);
    if (place === undefined) refuse(`needs the weight ${quote(name)}, which the manifest does not list`);
    const { shape } = place.spec;
    this.#budget.checkShape(shape.length === 0 ? [1] : shape, `the weight ${quote(name)}`);
    if (rank !== undefined && shape.length !== rank) {
      refuse(
        `the weight ${quote(name)} has the shape ${formatShape(shape)}, but must have ${rank} dimensions`,
      );
    }
    return this.#decoded.of(place, 'float32', () => decode(place, this.#budget));
  }
}
