import { mapElements, type ReferenceOp } from './reference-op.js';

/** `x < 0 ? alpha · (eˣ − 1) : x`; `Math.expm1` keeps its digits near 0. */
export const elu: ReferenceOp<'elu'> = (call) =>
  mapElements(call, (x) => (x < 0 ? call.attributes.alpha * Math.expm1(x) : x));
