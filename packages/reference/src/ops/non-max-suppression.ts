import { selectBoxes } from '@sepconv/graph';
import { zeros } from '@sepconv/tensor';
import { checked } from './checked.js';

/** As the contract defines it. */
export const nonMaxSuppression = /* @__PURE__ */ checked(
  'non-max-suppression',
  ({ attributes, inputs, outputShape }) => {
    const [boxes, scores] = [inputs[0]!, inputs[1]!];
    const output = zeros('float32', outputShape);
    output.data.set(
      selectBoxes({ boxes: boxes.data, scores: scores.data, classes: scores.shape[1]! }, attributes),
    );
    return output;
  },
);
