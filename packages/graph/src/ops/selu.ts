import { elementwise, expectFinite } from './contract.js';

/** Attributes of SELU. The paper's are 1.6732632423543772 and 1.0507009873554805, which keep mean 0 and variance 1. */
export interface SeluAttributes {
  /** What the unscaled result approaches far below 0, negated. Finite. */
  readonly alpha: number;
  /** Multiplies everything; ONNX calls it gamma. Finite. */
  readonly scale: number;
}

/** `scale · (x < 0 ? alpha · (eˣ − 1) : x)`; NaN stays NaN. Source: Klambauer et al. 2017, arXiv:1706.02515. */
export const selu = elementwise<SeluAttributes>('selu', (context) => {
  expectFinite(context, 'alpha', context.attributes.alpha);
  expectFinite(context, 'the scale', context.attributes.scale);
});
