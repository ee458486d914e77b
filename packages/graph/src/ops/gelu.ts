import { elementwise, fail } from './contract.js';

/** Attributes of GELU. */
export interface GeluAttributes {
  /** `'none'` is the definition; `'tanh'` the approximation by which some networks were trained. ONNX's two names. */
  readonly approximate: 'none' | 'tanh';
}

/**
 * `x · Φ(x)` with the normal distribution `Φ(x) = (1 + erf(x / √2)) / 2`; or, approximated by tanh,
 * `x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) / 2`. NaN stays NaN, and −∞ gives NaN. Source: Hendrycks and Gimpel
 * 2016, arXiv:1606.08415.
 */
export const gelu = elementwise<GeluAttributes>('gelu', (context) => {
  const { approximate } = context.attributes;
  if (approximate !== 'none' && approximate !== 'tanh') {
    fail(context, `approximate must be "none" or "tanh", not ${JSON.stringify(approximate)}`);
  }
});
