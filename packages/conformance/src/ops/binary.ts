/** @file Cases and bounds of every op that combines two numbers. */
import type { BinaryOpName, OpName } from '@sepconv/graph';
import { sameShape } from '@sepconv/tensor';
import fc from 'fast-check';
import { type Operand, singleNodeCase } from '../case.ts';
import { powUlp } from '../exponential.ts';
import { boundTensor, type FloatTensor, inflation, smallestSubnormal, ulp, unitRoundoff } from '../floats.ts';
import type { BoundCall, ConformanceCase, OpConformance } from '../types.ts';
import { createFiller, describeValues, type Values, valuesOf } from '../values.ts';
import { broadcastClasses, type Placement } from './broadcast.ts';

/** Of prelu the first input alone has the output's shape. */
function classesOf(op: BinaryOpName): Readonly<Record<string, fc.Arbitrary<ConformanceCase>>> {
  const build = (
    a: readonly number[],
    b: readonly number[],
    values: Values,
    { swap = false, role }: Placement,
  ): ConformanceCase => {
    const filler = createFiller(values);
    const operands: Operand[] = [
      { tensor: filler.data(a) },
      { tensor: filler.data(b), ...(role === undefined ? {} : { role }) },
    ];
    return singleNodeCase(op, {}, swap ? operands.reverse() : operands, describeValues(values));
  };
  const values = valuesOf('uniform', 'integers', 'wide', 'tiny');
  return broadcastClasses(build, values, valuesOf('special'), op === 'prelu');
}

/** One exponent for all, as networks have it: those that have code of their own, and others. */
const exponents = fc.constantFrom(2, 3, 0.5, -1, -0.5, 1, 0, 1 / 3, -2.5, 7, 100);
const constantExponent = fc
  .tuple(exponents, fc.integer({ min: 1, max: 40 }), valuesOf('around', 'wide', 'special', 'tiny'))
  .map(([exponent, count, values]) => {
    const filler = createFiller(values);
    const operands = [
      { tensor: filler.data([2, count]) },
      { tensor: filler.between([], exponent, exponent), role: 'constant' as const },
    ];
    return singleNodeCase('pow', {}, operands, `exponent ${exponent}, ${describeValues(values)}`);
  });
const positive = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(0x7fffffff)).map(([count, seed]) => {
  const filler = createFiller({ kind: 'uniform', seed });
  const operands = [filler.between([count], 0, 20), filler.between([count], -8, 8)];
  return singleNodeCase(
    'pow',
    {},
    operands.map((tensor) => ({ tensor })),
    `seed ${seed}`,
  );
});

/** One element: its operands, how far each may be off, and the size of the result. */
interface Element {
  readonly a: number;
  readonly b: number;
  readonly errorA: number;
  readonly errorB: number;
  readonly y: number;
}

/** `moved` by the errors of the operands; the result is rounded on both sides. */
const rounded = (moved: number, y: number): number =>
  (moved + 2 * unitRoundoff * (y + moved)) * inflation + 2 * smallestSubnormal;

/** Sums of subnormal numbers are exact. */
const boundOfSum = ({ errorA, errorB, y }: Element): number =>
  (errorA + errorB + 2 * unitRoundoff * (y + errorA + errorB)) * inflation;

/** `(ε_a + |a/b|·ε_b) / (|b| − ε_b)`; a divisor that may be 0 says nothing. */
function boundOfQuotient({ b, errorA, errorB, y }: Element): number {
  const least = Math.abs(b) - errorB;
  return least > 0 ? rounded((errorA + y * errorB) / least, y) : Infinity;
}

/** `|a|·ε_b + (|b| + ε_b)·ε_a` */
const boundOfProduct = ({ a, b, errorA, errorB, y }: Element): number =>
  rounded(Math.abs(a) * errorB + (Math.abs(b) + errorB) * errorA, y);

/** `max(1, |s| + ε_s)·ε_x + |x|·ε_s` */
function boundOfPrelu({ a, b, errorA, errorB }: Element): number {
  const reach = Math.abs(b) + errorB;
  const moved = Math.max(1, reach) * errorA + Math.abs(a) * errorB;
  return (moved + 2 * unitRoundoff * (Math.abs(a) + errorA) * reach) * inflation + 2 * smallestSubnormal;
}

/**
 * For a positive base the power rises or falls with both, so its corners enclose it; an erring base that may not be positive says
 * nothing.
 */
function boundOfPower({ a, b, errorA, errorB }: Element): number {
  if (!(a - errorA > 0)) return Infinity;
  const corners = [a - errorA, a + errorA].flatMap((base) => [base ** (b - errorB), base ** (b + errorB)]);
  const spread = Math.max(...corners.map((corner) => Math.abs(corner - a ** b)));
  return (spread + powUlp * ulp * Math.max(...corners)) * inflation + 2 * smallestSubnormal;
}

/** A comparison may turn out the other way where both errors together reach over what is between the operands. */
const boundOfComparison = ({ a, b, errorA, errorB }: Element): number =>
  Math.abs(a - b) <= (errorA + errorB) * inflation ? 1 : 0;

/** A mask may turn out the other way where it may be 0. */
function boundOfMask({ a, b, errorA, errorB }: Element): number {
  const isSure = errorB === 0 || Math.abs(b) > errorB;
  return isSure ? (b === 0 ? 0 : errorA) : Math.abs(a) + errorA;
}

/** Neither operand's error is made larger, nor both added. */
const boundOfChoice = ({ errorA, errorB }: Element): number => Math.max(errorA, errorB);

/** Bounds where an operand errs. On equal inputs all but the power are correctly rounded, and so exact. */
const erring: { readonly [Name in BinaryOpName]: (element: Element) => number } = {
  add: boundOfSum,
  div: boundOfQuotient,
  equal: boundOfComparison,
  less: boundOfComparison,
  mask: boundOfMask,
  maximum: boundOfChoice,
  minimum: boundOfChoice,
  mul: boundOfProduct,
  pow: boundOfPower,
  prelu: boundOfPrelu,
  sub: boundOfSum,
};

/** A tensor in the output's shape: where it is stretched, the oracle adds zeros of that shape to it. */
function stretched(tensor: FloatTensor, { output: { shape }, run }: BoundCall<OpName>): Promise<FloatTensor> {
  if (sameShape(tensor.shape, shape)) return Promise.resolve(tensor);
  return run([tensor, boundTensor(shape, () => 0)], { op: 'add', attributes: {} });
}

async function binaryBound(call: BoundCall<BinaryOpName>): Promise<FloatTensor> {
  const { op } = call.node;
  const operands = [...call.inputs, ...call.errors] as readonly FloatTensor[];
  const [a, b, errorsA, errorsB] = (await Promise.all(
    operands.map((operand) => stretched(operand, call)),
  )) as [FloatTensor, FloatTensor, FloatTensor, FloatTensor];
  return boundTensor(call.output.shape, (index) => {
    const [errorA, errorB] = [errorsA.data[index]!, errorsB.data[index]!];
    const y = Math.abs(call.output.data[index]!);
    if (errorA !== 0 || errorB !== 0) {
      return erring[op]({ a: a.data[index]!, b: b.data[index]!, errorA, errorB, y });
    }
    return op === 'pow' && Number.isFinite(y) ? powUlp * ulp * y + smallestSubnormal : 0;
  });
}

const conformanceOf = <Name extends BinaryOpName>(op: Name): OpConformance<Name> => ({
  classes: classesOf(op),
  bound: binaryBound as OpConformance<Name>['bound'],
});

/** What conformance means for every op on two numbers. */
export const binaryOps: { readonly [Name in BinaryOpName]: OpConformance<Name> } = {
  add: conformanceOf('add'),
  div: conformanceOf('div'),
  equal: conformanceOf('equal'),
  less: conformanceOf('less'),
  mask: conformanceOf('mask'),
  maximum: conformanceOf('maximum'),
  minimum: conformanceOf('minimum'),
  mul: conformanceOf('mul'),
  pow: {
    ...conformanceOf('pow'),
    classes: { ...classesOf('pow'), constant_exponent: constantExponent, positive },
  },
  prelu: conformanceOf('prelu'),
  sub: conformanceOf('sub'),
};
