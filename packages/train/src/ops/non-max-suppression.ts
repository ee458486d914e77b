import { selectBoxes } from '@sepconv/graph';
import type { Floats, TrainingOp } from './training-op.js';

/** A choice, which has no derivative; the scores among the rows are no way back either. */
export const nonMaxSuppression: TrainingOp<'non-max-suppression'> = {
  forward: ({ attributes, inputs, output, shapes }) => {
    const [boxes, scores] = inputs as readonly [Floats, Floats];
    output.set(selectBoxes({ boxes, scores, classes: shapes[1]![1]! }, attributes));
  },
  backward: () => undefined,
};
