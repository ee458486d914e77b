/**
 * @file What is made of a file's tensors, once for each way of making it: a weight that several layers read in the same
 * way is decoded, turned and stored once, and is one parameter.
 */
import { createTensor, type DType, deferTranspose, type Tensor } from '@sepconv/tensor';

/** The numbers that a tensor is made of, without making them. */
const numbersOf = (tensor: Tensor): object => (tensor.origin?.from ?? tensor).data;

/** What a tensor is of these numbers. */
const wayOf = ({ dtype, shape, quantization, origin }: Tensor): unknown[] => [
  dtype,
  shape,
  quantization,
  origin?.permutation,
];

/** Remembers, by the object that something was made of and by how, what was made. Nobody ever writes to that. */
export class Derived {
  readonly #made = new WeakMap<object, Map<string, unknown>>();
  readonly #numbers = new WeakMap<object, number>();
  #count = 0;

  /** What `make` gives, which is called once for each source and way. */
  of<T>(source: object, how: string, make: () => T): T {
    const ways = this.#made.get(source) ?? new Map<string, unknown>();
    if (!ways.has(how)) this.#made.set(source, ways.set(how, make()));
    return ways.get(how) as T;
  }

  /** A number that no other object has, to name ways that depend on several sources. */
  numberOf(source: object): number {
    const known = this.#numbers.get(source) ?? ++this.#count;
    this.#numbers.set(source, known);
    return known;
  }

  /** {@link deferTranspose}. */
  transpose<D extends DType>(tensor: Tensor<D>, permutation: readonly number[]): Tensor<D> {
    const how = ['transpose', ...wayOf(tensor), permutation];
    return this.of(numbersOf(tensor), JSON.stringify(how), () => deferTranspose(tensor, permutation));
  }

  /** The tensor with a change to each of its numbers, which `how` names. */
  map(tensor: Tensor<'float32'>, how: string, change: (value: number) => number): Tensor<'float32'> {
    const data = this.of(tensor.data, how, () => tensor.data.map(change));
    return createTensor('float32', tensor.shape, data);
  }
}

/** The parameters of a network that is being built: the same numbers of the file in the same role are one. */
export class SharedParameters {
  readonly #names = new Derived();

  /** The name of the parameter with these numbers; `add` adds it and gives it a name where there is none yet. */
  nameOf(tensor: Tensor, role: string, add: () => string): string {
    return this.#names.of(numbersOf(tensor), JSON.stringify([role, ...wayOf(tensor)]), add);
  }
}
