import { elementwise, expectFinite } from './contract.js';

/** Attributes of ELU. */
export interface EluAttributes {
  /** What the result approaches far below 0, negated; usually 1. Finite. */
  readonly alpha: number;
}

/** `x < 0 ? alpha · (eˣ − 1) : x`; NaN stays NaN. Source: Clevert et al. 2016, arXiv:1511.07289. */
export const elu = elementwise<EluAttributes>('elu', (context) =>
  expectFinite(context, 'alpha', context.attributes.alpha),
);
