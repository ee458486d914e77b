import { TensorError } from './errors.js';
import { checkShape, elementCount, type Shape } from './shape.js';
import { createTensor, type Tensor } from './tensor.js';

/** A stream of pseudo-random numbers that depends on nothing but its seed, the same on every engine. */
export interface Random {
  /** A multiple of 2⁻³² in [0, 1). */
  next(): number;
  /** An integer in [0, `limit`). */
  integer(limit: number): number;
  /** Standard normal, by the Box–Muller transform. */
  normal(): number;
  /** The four words that `restoreRandom` continues from, bit for bit. */
  state(): readonly [number, number, number, number];
}

/** SplitMix32 spreads a small seed over the generator's state. */
function splitMix(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return (word ^ (word >>> 16)) >>> 0;
  };
}

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** Continues a stream from a saved state. */
export function restoreRandom(state: readonly [number, number, number, number]): Random {
  if (!Array.isArray(state) || state.length !== 4 || !state.every((word) => typeof word === 'number')) {
    throw new TensorError('a random state must be the four numbers of `state`, but is something else');
  }
  let [a, b, c, d] = state;
  const next = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result * 2 ** -32;
  };
  return {
    next,
    integer: (limit) => {
      if (typeof limit !== 'number')
        throw new TensorError(`a limit must be a number, but is ${String(limit)}`);
      return Math.floor(next() * limit);
    },
    // 1 − u lies in (0, 1], so the logarithm is finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    state: () => [a >>> 0, b >>> 0, c >>> 0, d >>> 0],
  };
}

/** A stream for `seed`: xoshiro128** (Blackman and Vigna 2018) started by SplitMix32. */
export function createRandom(seed: number): Random {
  if (typeof seed !== 'number') throw new TensorError(`a seed must be a number, but is ${String(seed)}`);
  const word = splitMix(seed);
  return restoreRandom([word(), word(), word(), word()]);
}

/** A float32 tensor of uniform numbers in [`low`, `high`), −1 and 1 by default. */
export function randomTensor(shape: Shape, random: Random, low = -1, high = 1): Tensor<'float32'> {
  checkShape(shape);
  if (typeof random?.next !== 'function' || typeof low !== 'number' || typeof high !== 'number') {
    throw new TensorError('a random tensor is drawn by what createRandom(seed) gives, between two numbers');
  }
  const data = new Float32Array(elementCount(shape));
  for (let i = 0; i < data.length; i++) data[i] = low + (high - low) * random.next();
  return createTensor('float32', shape, data);
}
