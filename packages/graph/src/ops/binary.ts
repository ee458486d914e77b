/** @file Every op that combines two numbers, over operands that stretch to one shape, and how each combines them. */
import { formatShape, sameShape } from '@sepconv/tensor';
import { broadcastShapes } from './broadcast.js';
import type { OpContract } from './contract.js';
import { fail, inputAt, likeInput } from './contract.js';
import type { NoAttributes } from './unary.js';

/** The contract of an op of real numbers on two operands. */
export interface BinaryContract<Attributes> extends OpContract<Attributes> {
  combine(a: number, b: number): number;
}

function binary(name: string, combine: (a: number, b: number) => number): BinaryContract<NoAttributes> {
  return {
    name,
    kind: 'elementwise',
    inputs: [{ name: 'a' }, { name: 'b' }],
    combine,
    takesEpilogue: true,
    infer: (context) => {
      const [a, b] = [inputAt(context, 0), inputAt(context, 1)];
      if (a.dtype !== b.dtype)
        fail(context, `the inputs must have one element type, but are ${a.dtype} and ${b.dtype}`);
      return [likeInput(a, broadcastShapes(context, a.shape, b.shape))];
    },
  };
}

/** JavaScript's power differs from IEEE 754 where it says NaN of `1ᴺᵃᴺ` and `(±1)^±∞`, which are 1. */
function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Infinity)) return 1;
  return a ** b;
}

const stretched = binary('prelu', (x, slope) => (x < 0 ? slope * x : x));

/**
 * `x < 0 ? slope · x : x`; NaN stays NaN. The slopes stretch to the input's shape: `[C]` for one per channel. The output has the
 * input's shape. Source: He et al. 2015, arXiv:1502.01852.
 */
const prelu: BinaryContract<NoAttributes> = {
  ...stretched,
  kind: 'activation',
  inputs: [{ name: 'input' }, { name: 'slope' }],
  infer: (context) => {
    const output = stretched.infer(context);
    const [input, slope] = [inputAt(context, 0), inputAt(context, 1)];
    if (!sameShape(output[0]?.shape ?? [], input.shape)) {
      fail(
        context,
        `the slope ${formatShape(slope.shape)} must stretch to the input ${formatShape(input.shape)}, not the other way round`,
      );
    }
    return output;
  },
};

/** All binary ops by name; they broadcast as NumPy does. */
export const binaryOps = {
  /** `a + b`; the residual connection of an inverted residual. */
  add: binary('add', (a, b) => a + b),
  /** `a / b`; by 0 it is infinite, and 0 / 0 NaN. */
  div: binary('div', (a, b) => a / b),
  /** 1 where a = b, else 0; NaN equals nothing. */
  equal: binary('equal', (a, b) => (a === b ? 1 : 0)),
  /** 1 where a < b, else 0; NaN is not below anything. */
  less: binary('less', (a, b) => (a < b ? 1 : 0)),
  /** a where the mask b is not 0, else 0: of two such sums a choice is made, whatever stands where it is not taken. */
  mask: binary('mask', (a, b) => (b === 0 ? 0 : a)),
  /** The larger of both; with NaN in either, NaN. */
  maximum: binary('maximum', Math.max),
  /** The smaller of both; with NaN in either, NaN. */
  minimum: binary('minimum', Math.min),
  /** `a · b`; the gate of squeeze-and-excite. */
  mul: binary('mul', (a, b) => a * b),
  /**
   * `aᵇ`, with the special cases of IEEE 754: `a⁰` and `1ᵇ` are 1 whatever the other is, a negative number has powers with
   * integer exponents only, and others are NaN.
   */
  pow: { ...binary('pow', power), takesEpilogue: false },
  prelu,
  /** `a − b` */
  sub: binary('sub', (a, b) => a - b),
} as const;
