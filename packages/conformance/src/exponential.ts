/** @file How accurate implementations of eˣ have to be. */

import { ulp } from './floats.ts';

/**
 * eˣ itself: 2ⁿ · p(r) with a polynomial p is good to 1 or 2 ulp in float32 (XNNPACK's and SLEEF's are), and nothing is
 * gained by allowing more.
 */
const exponentialUlp = 2;

/** Relative error of eˣ. */
export const exponentialError = exponentialUlp * ulp;

/** Sigmoid: the error of e⁻ˣ, the rounded sum and quotient, and the oracle's store: 2 + 1.5 ulp, at most 4. */
export const sigmoidUlp = 4;

/** Softplus: the error of e^−|x|, the sum and quotient in front of a polynomial, its products and sums, and the oracle's store. */
export const softplusUlp = 6;

/** Swish: as the sigmoid, and one more product. */
export const swishUlp = 5;

/** ELU and SELU below 0: eˣ − 1 to 2 ulp, the rounded alpha, scale and products, and the oracle's store. */
export const eluUlp = 5;

/**
 * GELU, in ulp of its argument: half an erf to 4 ulp, the sum, the product, and the oracle's store. Implementations in float32
 * add 1 to an erf near −1, so the digits of what is left are the argument's.
 */
export const geluUlp = 4;

/** eˣ: {@link exponentialUlp} and the oracle's store. */
export const expUlp = 3;

/** Tanh: eˣ − 1 twice over, the quotient, and the oracle's store. */
export const tanhUlp = 3;

/** The error function as a fraction of polynomials, and the oracle's store. */
export const erfUlp = 4;

/** A power whose logarithm has more digits than float32, or a few products, and the oracle's store. */
export const powUlp = 3;
