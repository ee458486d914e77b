import { mapElements, type ReferenceOp } from './reference-op.js';

/** `x < 0 ? slope · x : x`; NaN is not below 0. */
export const leakyRelu: ReferenceOp<'leaky-relu'> = (call) =>
  mapElements(call, (x) => (x < 0 ? call.attributes.slope * x : x));
