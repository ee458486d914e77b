import type { Tensor } from '@sepconv/tensor';
import type { Budget } from '../budget.js';
import { transposeTensor } from '../transpose.js';
import { type Constant, decodeTensor } from './constant.js';
import type { StoredTensor } from './model.js';

/**
 * What was made of a file's weights, so that binding other shapes does not make it again: networks that one opened model
 * gave share the memory of their weights. Nothing here is ever written to.
 */
export class DecodedWeights {
  readonly #decoded = new Map<StoredTensor, Constant>();
  readonly #transposed = new WeakMap<Float32Array, Map<string, Tensor<'float32'>>>();

  /** The numbers of a tensor that is part of the file itself. Charged each time: a bind costs what it costs alone. */
  decode(stored: StoredTensor, budget: Budget, name = stored.name): Constant {
    const known = this.#decoded.get(stored);
    if (known !== undefined) {
      budget.charge(8 * known.data.length, 'a weight');
      return known;
    }
    const decoded = decodeTensor(stored, budget, name);
    this.#decoded.set(stored, decoded);
    return decoded;
  }

  /** {@link transposeTensor}, once for the same numbers. */
  transpose(tensor: Tensor<'float32'>, permutation: readonly number[]): Tensor<'float32'> {
    const key = `${tensor.shape.join()}:${permutation.join()}`;
    const known = this.#transposed.get(tensor.data)?.get(key);
    if (known !== undefined) return known;
    const made = transposeTensor(tensor, permutation);
    const siblings = this.#transposed.get(tensor.data) ?? new Map<string, Tensor<'float32'>>();
    this.#transposed.set(tensor.data, siblings.set(key, made));
    return made;
  }
}
