/** @file Integers to put into tensors, and bounds of ops that are exact on them. */
import type { AttributesOf, OpName, StoredAs } from '@sepconv/graph';
import {
  createRandom,
  createTensor,
  elementCount,
  type Quantization,
  type Random,
  type Shape,
  storedRange,
  type Tensor,
} from '@sepconv/tensor';
import fc from 'fast-check';
import { boundTensor, type FloatTensor, isZero } from './floats.ts';
import type { BoundCall } from './types.ts';

/** What integers a case is filled with. */
export interface Integers {
  /** `uniform` over the whole type, or `extreme`: its ends, their neighbours and the zero point, so that sums clip. */
  readonly kind: 'uniform' | 'extreme';
  readonly seed: number;
}

type Byte = 'int8' | 'uint8';

/** Makes the tensors of a case, one after the other, from one seed. */
export interface IntegerFiller {
  readonly random: Random;
  /** Bytes with one random scale and zero point. */
  data(shape: Shape): Tensor;
  /** Bytes with one scale and zero point, or with one for each index of the last dimension. */
  weight(shape: Shape): Tensor;
  /** int32 of the size that sums of `terms` products have. */
  bias(count: number, terms: number): Tensor<'int32'>;
  /** Plain bytes of a type. */
  bytes(dtype: Byte, shape: Shape): Tensor;
  /** A result of any type whose scale makes about `ratio` of `scale`, sometimes with a fused activation's bounds. */
  output(scale: number): StoredAs;
}

/** Tensors from the seed. */
export function createIntegerFiller({ kind, seed }: Integers): IntegerFiller {
  const random = createRandom(seed);
  const between = (low: number, high: number): number => low + random.integer(high - low + 1);
  const type = (): Byte => (random.integer(2) === 0 ? 'int8' : 'uint8');
  const scale = (): number => Math.fround(2 ** (-8 + 6 * random.next()));
  const zero = (dtype: Byte): number => {
    const { min, max } = storedRange(dtype);
    return [between(min, max), min, max, dtype === 'int8' ? 0 : 128][random.integer(4)] as number;
  };
  const fill = (dtype: Byte, shape: Shape, zeroPoint: number): Tensor['data'] => {
    const { min, max } = storedRange(dtype);
    const ends = [min, min + 1, max - 1, max, zeroPoint];
    const length = elementCount(shape);
    const numbers = Array.from({ length }, () =>
      kind === 'uniform' ? between(min, max) : (ends[random.integer(ends.length)] as number),
    );
    return dtype === 'int8' ? Int8Array.from(numbers) : Uint8Array.from(numbers);
  };
  const quantized = (dtype: Byte, shape: Shape, quantization: Quantization): Tensor =>
    createTensor(
      dtype,
      shape,
      fill(dtype, shape, quantization.zeroPoint[0] as number) as never,
      quantization,
    ) as Tensor;
  return {
    random,
    data: (shape) => {
      const dtype = type();
      return quantized(dtype, shape, { scale: [scale()], zeroPoint: [zero(dtype)] });
    },
    weight: (shape) => {
      const dtype = type();
      const axis = shape.length - 1;
      const count = random.integer(2) === 0 ? 1 : (shape[axis] as number);
      return quantized(dtype, shape, {
        scale: Array.from({ length: count }, scale),
        zeroPoint: Array.from({ length: count }, () => (random.integer(2) === 0 ? 0 : zero(dtype))),
        // One number for all needs no axis, one for each of a single channel may have it.
        ...(count === shape[axis] && count > 1 && { axis }),
      });
    },
    bias: (count, terms) => {
      const reach = kind === 'uniform' ? 1000 * Math.ceil(Math.sqrt(terms)) : 2 ** 30;
      return createTensor(
        'int32',
        [count],
        Int32Array.from({ length: count }, () => between(-reach, reach)),
      );
    },
    bytes: (dtype, shape) => createTensor(dtype, shape, fill(dtype, shape, 0) as never) as Tensor,
    output: (wanted) => {
      const dtype = type();
      const zeroPoint = zero(dtype);
      const { min, max } = storedRange(dtype);
      const bounds = random.integer(3) === 0 ? { min: zeroPoint, max: between(zeroPoint, max) } : {};
      const limited = random.integer(4) === 0 ? { min: between(min, max) } : bounds;
      return { dtype, scale: Math.fround(wanted * 2 ** (3 * random.next() - 1)), zeroPoint, ...limited };
    },
  };
}

/** The words about integers that end a label. */
export function describeIntegers({ kind, seed }: Integers): string {
  return `${kind} integers, seed ${seed}`;
}

const integersOf = (kind: Integers['kind']): fc.Arbitrary<Integers> =>
  fc.record({ kind: fc.constant(kind), seed: fc.noShrink(fc.nat(0x7fffffff)) });

/** Integers of the whole type. */
export const uniformIntegers = integersOf('uniform');

/** Integers that make sums clip. */
export const extremeIntegers = integersOf('extreme');

/** A tensor's scale, the largest of several; 1 where it has none. */
export function scaleOf({ quantization }: Tensor): number {
  return Math.max(...(quantization?.scale ?? [1]));
}

/** The largest error of each input. */
function largestErrors({ errors }: Pick<BoundCall<OpName>, 'errors'>): number[] {
  return errors.map(({ data }) => data.reduce((largest, error) => Math.max(largest, error), 0));
}

/**
 * An exact op on integers: nothing is allowed while its inputs are exact. Where a float op before it was off by so much
 * that a rounding went the other way, every element may be off by what `growth` makes of the largest errors, and one step
 * for its own rounding. Loose, but small networks have one step to allow for.
 */
export function exactBound(
  call: BoundCall<OpName>,
  growth: (largest: readonly number[]) => number,
  most = 255,
): FloatTensor {
  if (call.errors.every(isZero)) return boundTensor(call.output.shape, () => 0);
  const allowed = Math.min(most, growth(largestErrors(call)) + 1);
  return boundTensor(call.output.shape, () => allowed);
}

/** The bound of a requantized sum of `terms` products. */
export function requantizedBound(
  call: BoundCall<OpName>,
  output: AttributesOf['quantized-conv2d']['output'],
  terms: number,
): FloatTensor {
  const [input, weight] = call.inputs as readonly [Tensor, Tensor];
  const ratio = (scaleOf(input) * scaleOf(weight)) / output.scale;
  return exactBound(call, ([a = 0, b = 0, bias = 0]) => ratio * (terms * (255 * (a + b) + a * b) + bias));
}

/** The tensor with this quantization in place of its own, or with its own where there is none. */
export function withQuantization<T extends Tensor>(tensor: T, quantization: Quantization | undefined): T {
  return quantization === undefined ? tensor : { ...tensor, quantization };
}

/** Integers that an op moves: bytes with one scale or one for each index of the last dimension, or int32. */
export function movedIntegers(shape: Shape, integers: Integers): Tensor {
  const filler = createIntegerFiller(integers);
  if (filler.random.integer(3) > 0) return filler.weight(shape);
  const sums = filler.bias(elementCount(shape), 100);
  return { ...sums, shape, quantization: { scale: [0.5], zeroPoint: [0] } };
}

/** Bytes that mean the same as another tensor's. */
export function bytesLike(filler: IntegerFiller, { dtype, quantization }: Tensor, shape: Shape): Tensor {
  return withQuantization(filler.bytes(dtype as Byte, shape), quantization);
}
