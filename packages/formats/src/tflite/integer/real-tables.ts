/** @file Operators on each byte by itself that the runtimes of TFLite files fill a table for, in float32. */
import type { StoredAs } from '@sepconv/graph';
import { erfc } from '@sepconv/graph';
import { roundHalfEven } from '@sepconv/tensor';
import type { OperatorContext } from '../context.js';
import { fround, roundAway } from './fixed-point.js';
import { type ByteRule, byTable, type Stored } from './tables.js';

/** A function of a real number, in float32. */
type RealFunction = (x: number) => number;

/** Where the operator is computed, and its function there. */
type RealRule = (context: OperatorContext, input: Stored) => RealFunction | undefined;

/**
 * Results are rounded once the zero point is added, halves to the even integer.
 *
 * Source: XNNPACK, src/reference/unary-elementwise.cc, `unary_ukernel_quantized`.
 */
const xnnpackEntry =
  (input: Stored, { scale, zeroPoint }: StoredAs, of: RealFunction) =>
  (stored: number): number => {
    const x = fround((stored - input.zeroPoint) * input.scale);
    return roundHalfEven(fround(fround(of(x) * fround(1 / scale)) + zeroPoint));
  };

/**
 * Results are rounded before the zero point is added, halves away from zero.
 *
 * Source: TensorFlow Lite, kernels/internal/common.h, `LUTPopulateInt8`.
 */
const tfliteEntry =
  (input: Stored, { scale, zeroPoint }: StoredAs, of: RealFunction) =>
  (stored: number): number => {
    const x = fround(input.scale * (stored - input.zeroPoint));
    return roundAway(fround(of(x) * fround(1 / scale))) + zeroPoint;
  };

const tableOfReals =
  (entryOf: typeof xnnpackEntry, rule: RealRule): ByteRule =>
  (context, input, output) => {
    const of = input.dtype === output.dtype ? rule(context, input) : undefined;
    return of && entryOf(input, output, of);
  };

/** LOGISTIC. */
export const readIntegerLogistic = byTable(
  tableOfReals(xnnpackEntry, () => (x) => {
    const power = Math.exp(x);
    return x > 100 ? 1 : fround(power / (1 + power));
  }),
);

/** TANH. */
export const readIntegerTanh = byTable(tableOfReals(xnnpackEntry, () => (x) => fround(Math.tanh(x))));

/** ELU, which the runtimes have for int8. */
export const readIntegerElu = byTable(
  tableOfReals(xnnpackEntry, () => (x) => (x < 0 ? fround(Math.expm1(x)) : x)),
);

/** EXP, which the runtimes have for int8. */
export const readIntegerExp = byTable(tableOfReals(tfliteEntry, () => (x) => fround(Math.exp(x))));

/** `x · erfc(−x / √2) / 2`, each step in float32. Source: TensorFlow Lite, kernels/internal/reference/gelu.h. */
const gelu: RealFunction = (x) => fround(fround(x / 2) * fround(erfc(fround(x * fround(-Math.SQRT1_2)))));

const tanhFactor = fround(fround((2 / Math.sqrt(Math.PI)) * Math.SQRT1_2));
/** `x · (1 + tanh(√(2 / π) · (x + 0.044715 x³))) / 2`, likewise. */
const geluByTanh: RealFunction = (x) => {
  const cubed = fround(fround(fround(fround(0.044715) * x) * x) * x);
  const inner = fround(tanhFactor * fround(x + cubed));
  return fround(fround(x / 2) * fround(1 + fround(Math.tanh(inner))));
};

/** GELU, exact or approximated by tanh. */
export const readIntegerGelu = byTable(
  tableOfReals(tfliteEntry, (context) =>
    context.options(116).boolean(0, 'approximate') ? geluByTanh : gelu,
  ),
);
