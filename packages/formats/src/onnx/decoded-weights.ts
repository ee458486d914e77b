import type { Tensor } from '@sepconv/tensor';
import type { Budget } from '../budget.js';
import { Derived } from '../derived.js';
import { type Constant, decodeTensor, type IntegerType, toIntegers, toTensor } from './constant.js';
import type { StoredTensor } from './model.js';

/**
 * What was made of a file's weights, so that neither a second reader nor binding other shapes makes it again: networks that
 * one opened model gave share the memory of their weights. Nothing here is ever written to.
 */
export class DecodedWeights extends Derived {
  readonly #decoded = new Map<StoredTensor, Constant>();

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

  /** {@link toTensor}. */
  tensor(constant: Constant): Tensor<'float32'> {
    const { data } = this.of(constant.data, 'float32', () => toTensor(constant));
    return toTensor({ ...constant, data });
  }

  /** {@link toIntegers}. */
  integers<D extends IntegerType>(constant: Constant, dtype: D): Tensor<D> {
    const { data } = this.of(constant.data, dtype, () => toIntegers(constant, dtype));
    return { dtype, shape: constant.shape, data };
  }
}
