/** @file The range of values that are stored alike, while a network is trained for integers. */
import type { StoredAs } from '@sepconv/graph';
import { storedRange } from '@sepconv/tensor';
import { rangeOfStored, storedOver } from './stored-over.js';

/** How ranges come about. */
export type RangeLearning =
  /** The scale follows its gradient. */
  | 'learnt'
  /** Moving averages of each batch's extremes. */
  | 'moving-average';

/** Numbers that a training keeps of a range: scale, zero point, two that learning needs, and updates since rounding began. */
export const rangeNumbers = 5;

/** The share of the past in extremes, once there is a past. */
const remembered = 0.99;

/** Adam's, for scales: their gradients differ by orders of magnitude, and only the direction counts. */
const [firstDecay, secondDecay, epsilon] = [0.9, 0.999, 1e-12];

const integers = storedRange('int8');

/** Adding and taking away again rounds a float32 of less than 2²² to an integer, halves to the even one. */
const rounder = 1.5 * 2 ** 23;

/**
 * Rounds values to what int8 holds of them, in the way forward; what flows back goes straight through, but for what lies outside the range.
 * Until rounding begins it only looks, as Jacob et al. 2018, arXiv:1712.05877, §3.1, advise: moving averages of the extremes. Then the range
 * goes on so, or its scale is learnt with the zero point that it has by then:
 *
 *   ∂x̂/∂s = round(x/s) − x/s within the range, and outside it the number of steps from 0 to its end
 *
 * as Esser et al. 2020 (LSQ), arXiv:1902.08153, have it; Adam moves the scale's logarithm, which keeps it positive and makes steps alike for
 * all scales (Jain et al. 2019, arXiv:1903.08066).
 */
export class RangeTracker {
  /** {@link rangeNumbers}; a scale of 0 says that nothing has been seen. */
  readonly numbers: Float32Array;
  readonly #learning: RangeLearning;
  readonly #fixed: StoredAs | undefined;
  #isRounding = false;
  #min = Infinity;
  #max = -Infinity;
  /** ∂L/∂s of this step. */
  #slope = 0;

  /** @param fixed - How values are stored, whatever their range. */
  constructor(learning: RangeLearning, fixed?: StoredAs) {
    this.numbers = new Float32Array(rangeNumbers);
    this.#learning = learning;
    this.#fixed = fixed;
    if (fixed !== undefined) this.numbers.set([fixed.scale, fixed.zeroPoint]);
  }

  /** Scale and zero point; `undefined` before anything was seen. */
  get stored(): StoredAs | undefined {
    const [scale = 0, zeroPoint = 0] = this.numbers;
    return scale > 0 ? { dtype: 'int8', scale, zeroPoint } : undefined;
  }

  /** Begins a step. */
  begin(isRounding: boolean): void {
    this.#isRounding = isRounding && this.stored !== undefined;
    [this.#min, this.#max, this.#slope] = [Infinity, -Infinity, 0];
  }

  /** `s · clip(round(x / s))`, as quantize and dequantize compute it; copies before rounding begins. */
  forward(x: Float32Array, output: Float32Array): void {
    let [min, max] = [this.#min, this.#max];
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    [this.#min, this.#max] = [min, max];
    if (!this.#isRounding) {
      output.set(x);
      return;
    }
    const { scale, zeroPoint } = this.stored as StoredAs;
    const [low, high] = [integers.min - zeroPoint, integers.max - zeroPoint];
    const inverse = Math.fround(1 / scale);
    for (let i = 0; i < x.length; i++) {
      const steps = Math.fround((x[i] as number) * inverse);
      const clipped = Math.max(low, Math.min(steps, high));
      output[i] = scale * (Math.fround(clipped + rounder) - rounder);
    }
  }

  /** What flows back to `x`, and what the scale has of it. */
  backward(x: Float32Array, output: Float32Array, gradient: Float32Array, toInput: Float32Array): void {
    if (!this.#isRounding) {
      toInput.set(gradient);
      return;
    }
    const { scale, zeroPoint } = this.stored as StoredAs;
    const [low, high] = [integers.min - zeroPoint, integers.max - zeroPoint];
    const inverse = Math.fround(1 / scale);
    let slope = 0;
    for (let i = 0; i < x.length; i++) {
      const steps = Math.fround((x[i] as number) * inverse);
      const g = gradient[i] as number;
      if (steps < low || steps > high) {
        slope += g * (steps < low ? low : high);
        toInput[i] = 0;
      } else {
        slope += g * ((output[i] as number) / scale - steps);
        toInput[i] = g;
      }
    }
    this.#slope += slope;
  }

  /**
   * Takes a step into account.
   *
   * @param updates - Steps before this one.
   * @param rate - How far the logarithm of a learnt scale moves.
   */
  update(updates: number, rate: number): void {
    const { numbers } = this;
    if (this.#fixed !== undefined || !(this.#min <= this.#max)) return;
    if (this.#isRounding && this.#learning === 'learnt') this.#learn(rate);
    else {
      const decay = numbers[0] === 0 ? 0 : Math.min(remembered, (1 + updates) / (10 + updates));
      const min = decay * (numbers[2] as number) + (1 - decay) * this.#min;
      const max = decay * (numbers[3] as number) + (1 - decay) * this.#max;
      const { scale, zeroPoint } = storedOver({ min, max }, 'int8');
      numbers.set([scale, zeroPoint, min, max]);
    }
    if (this.#isRounding) numbers[4] = (numbers[4] as number) + 1;
  }

  /** One step of Adam on ln s, whose gradient is s times that of s. */
  #learn(rate: number): void {
    const { numbers } = this;
    const steps = (numbers[4] as number) + 1;
    const [first, second] = steps === 1 ? [0, 0] : [numbers[2] as number, numbers[3] as number];
    const gradient = this.#slope * (numbers[0] as number);
    const mean = firstDecay * first + (1 - firstDecay) * gradient;
    const square = secondDecay * second + (1 - secondDecay) * gradient ** 2;
    const size = Math.sqrt(square / (1 - secondDecay ** steps)) + epsilon;
    const moved = (rate * mean) / (1 - firstDecay ** steps) / size;
    numbers.set([(numbers[0] as number) * Math.exp(-moved), numbers[1] as number, mean, square]);
  }
}

/** The range that the numbers of a {@link RangeTracker} stand for; `undefined` before anything was seen. */
export function rangeOfNumbers([scale = 0, zeroPoint = 0]: ArrayLike<number> & Iterable<number>) {
  return scale > 0 ? rangeOfStored({ dtype: 'int8', scale, zeroPoint }) : undefined;
}
