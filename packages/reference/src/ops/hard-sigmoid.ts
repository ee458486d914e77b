import { mapElements, type ReferenceOp } from './reference-op.js';

/** `min(1, max(0, slope · x + offset))`; NaN passes. */
export const hardSigmoid: ReferenceOp<'hard-sigmoid'> = (call) => {
  const { slope, offset } = call.attributes;
  return mapElements(call, (x) => Math.min(1, Math.max(0, slope * x + offset)));
};
