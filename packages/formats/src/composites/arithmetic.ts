/** @file Arithmetic that is a few ops of the graph. */
import { type Composer, type Step, step } from './composer.js';

export const square = (_: Composer, x: string): Step => step('mul', [x, x]);
export const reciprocal = (c: Composer, x: string): Step => step('div', [c.number(1), x]);
/** One divided by the root. */
export const reciprocalRoot = (c: Composer, x: string): Step => reciprocal(c, c.plain('sqrt', x));

/** `(a − b)²` */
export function squaredDifference(c: Composer, a: string, b: string): Step {
  const difference = c.plain('sub', a, b);
  return step('mul', [difference, difference]);
}

/** The quotient, rounded down. */
export const floorDivision = (c: Composer, a: string, b: string): Step =>
  step('floor', [c.plain('div', a, b)]);

/** What is left of a: of the sign of b where the quotient was rounded down, and of that of a where it was cut. */
const remainder =
  (rounding: 'floor' | 'trunc') =>
  (c: Composer, a: string, b: string): Step =>
    step('sub', [a, c.plain('mul', b, c.plain(rounding, c.plain('div', a, b)))]);

/** Exact for integers below 2²⁴; of other numbers a multiple of b is rounded. */
export const floorRemainder = remainder('floor');
export const truncatedRemainder = remainder('trunc');

/** (atan z) / z for 0 ≤ z ≤ 1 in powers of z², from the highest on, to 2·10⁻⁸. Source: Abramowitz and Stegun 1964, 4.4.49. */
const arcTangent = [
  0.0028662257, -0.0161657367, 0.0429096138, -0.07528964, 0.1065626393, -0.1420889944, 0.1999355085,
  -0.3333314528, 1,
];

/** The angle of the point (x, y), from −π to π; 0 of (0, 0). Of the two sides' quotient that is at most 1, in the octant where it lies. */
export function angle(c: Composer, y: string, x: string): Step {
  const [width, height] = [c.plain('abs', x), c.plain('abs', y)];
  const longer = c.plain('maximum', width, height);
  const ratio = c.plain('mask', c.plain('div', c.plain('minimum', width, height), longer), longer);
  const square = c.plain('mul', ratio, ratio);
  const [highest = 0, ...rest] = arcTangent;
  const series = rest.reduce(
    (sum, term) => c.plain('add', c.plain('mul', sum, square), c.number(term)),
    c.number(highest),
  );
  /** `angle`, or `turn − angle` where a condition holds: the sign turns, and the turn is added. */
  const turned = (from: string, condition: string, turn: number): string => {
    const sign = c.plain('add', c.plain('mul', condition, c.number(-2)), c.number(1));
    return c.plain('add', c.plain('mul', from, sign), c.plain('mul', condition, c.number(turn)));
  };
  const steep = turned(c.plain('mul', ratio, series), c.plain('less', width, height), Math.PI / 2);
  const upper = turned(steep, c.plain('less', x, c.number(0)), Math.PI);
  const isBelow = c.plain('less', y, c.number(0));
  return step('mul', [upper, c.plain('add', c.plain('mul', isBelow, c.number(-2)), c.number(1))]);
}

/** The sum of all, from the left. */
export function sumOf(c: Composer, values: readonly [string, ...string[]]): Step {
  const [first, ...rest] = values;
  const last = rest.pop();
  if (last === undefined) return step('reshape', [first], { shape: [...c.shape(first)] });
  return step('add', [rest.reduce((sum, value) => c.plain('add', sum, value), first), last]);
}
