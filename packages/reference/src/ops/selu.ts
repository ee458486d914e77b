import { mapElements, type ReferenceOp } from './reference-op.js';

/** `scale · (x < 0 ? alpha · (eˣ − 1) : x)` */
export const selu: ReferenceOp<'selu'> = (call) => {
  const { alpha, scale } = call.attributes;
  return mapElements(call, (x) => scale * (x < 0 ? alpha * Math.expm1(x) : x));
};
