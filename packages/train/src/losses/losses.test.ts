import { createRandom } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { distill } from './distillation.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';

const random = createRandom(1);
const logits = Float64Array.from({ length: 12 }, () => 4 * random.next() - 2);
const teacher = Float64Array.from({ length: 12 }, () => 4 * random.next() - 2);
const labels = [2, 0, 3];

/** The gradient of a loss by central differences. */
function differences(loss: (logits: Float64Array) => number): number[] {
  const step = 2 ** -18;
  return Array.from(logits, (_, i) => {
    const [above, below] = [step, -step].map((by) => loss(logits.map((x, j) => (i === j ? x + by : x))));
    return (above! - below!) / (2 * step);
  });
}

function expectClose(actual: ArrayLike<number>, wanted: readonly number[]): void {
  wanted.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 8);
  });
}

describe('softmax cross-entropy', () => {
  test.each([0, 0.1])('its gradient is that of its value, smoothing %d', (smoothing) => {
    const gradient = new Float64Array(12);
    softmaxCrossEntropy(logits, labels, smoothing, gradient);
    expectClose(
      gradient,
      differences((x) => softmaxCrossEntropy(x, labels, smoothing, new Float64Array(12)).loss),
    );
  });

  test('by hand: equal logits cost log K, and the first class counts as chosen', () => {
    const { loss, correct } = softmaxCrossEntropy(new Float64Array(8), [0, 1], 0, new Float64Array(8));
    expect(loss).toBeCloseTo(Math.log(4));
    expect(correct).toBe(1);
  });

  test('smoothing mixes the target with the uniform distribution', () => {
    const gradient = new Float64Array(4);
    softmaxCrossEntropy(new Float64Array(4), [1], 0.2, gradient);
    expectClose(gradient, [0.2, -0.6, 0.2, 0.2]);
  });

  test('huge logits cost much, but not infinitely much; NaN shows', () => {
    const gradient = new Float64Array(2);
    expect(softmaxCrossEntropy(new Float64Array([1e30, -1e30]), [1], 0, gradient).loss).toBeLessThan(1000);
    const undefinedLoss = softmaxCrossEntropy(new Float64Array([NaN, 1]), [1], 0, gradient);
    expect(undefinedLoss.loss).toBeNaN();
    expect(undefinedLoss.correct).toBe(0);
  });
});

describe('distillation', () => {
  const options = { temperature: 3, weight: 0.6 };
  const whole = (x: Float64Array, gradient: Float64Array): number => {
    const { loss } = softmaxCrossEntropy(x, labels, 0, gradient);
    return distill(x, teacher, loss, labels.length, options, gradient);
  };

  test('its gradient is that of its value', () => {
    const gradient = new Float64Array(12);
    whole(logits, gradient);
    expectClose(
      gradient,
      differences((x) => whole(x, new Float64Array(12))),
    );
  });

  test('who says what the teacher says has nothing to learn', () => {
    const gradient = new Float64Array(12).fill(1);
    expect(distill(teacher, teacher, 0, 3, { weight: 1 }, gradient)).toBeCloseTo(0);
    expectClose(gradient, new Array<number>(12).fill(0));
  });
});
