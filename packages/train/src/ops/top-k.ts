import type { Floats, TrainingOp } from './training-op.js';

/** Positions, which have no derivative: they do not change with the numbers, but from one to the next. */
export const topK: TrainingOp<'top-k'> = {
  forward: ({ attributes: { count }, inputs, output, shapes }) => {
    const [input] = inputs as readonly [Floats];
    const size = shapes[0]!.at(-1)!;
    for (let row = 0; row * size < input.length; row++) {
      const value = (i: number): number => input[row * size + i]!;
      const order = Array.from({ length: size }, (_, i) => i).filter((i) => !Number.isNaN(value(i)));
      order.sort((a, b) => (value(a) > value(b) ? -1 : value(a) < value(b) ? 1 : 0));
      for (let k = 0; k < count; k++) output[row * count + k] = order[k] ?? 0;
    }
  },
  backward: () => undefined,
};
