/**
 * @file Numbers of rows that only a run tells, such as how many boxes are chosen, and what TensorFlow's graphs compute with them: sums
 * and differences, comparisons that hold whatever the number is, shapes and amounts of padding. Where a graph fills up what a run
 * leaves open, the numbers cancel and the shape is known again.
 */
import { refuse } from '../../errors.js';
import { combined, type Known } from '../../fold/known.js';
import { tensorflowFolds } from '../../fold/tensorflow.js';
import type { Emitter } from '../emitter.js';
import type { Constant, NodeValue } from './context.js';
import type { GraphNode } from './graph-node.js';

/** A whole number that the network computes, a value of one element, from 0 on. */
export interface RunNumber {
  readonly value: string;
  /** What it cannot exceed, which is learnt from what it counts. */
  most: number;
}

/** `Σ factor · number + offset`, with at least one term. */
export interface Count {
  readonly terms: ReadonlyMap<RunNumber, number>;
  readonly offset: number;
}

/** A number that is known, or that a run tells. */
export type Size = number | Count;

/** Integers of which a run tells some. */
export interface OpenSizes {
  readonly kind: 'sizes';
  readonly shape: readonly number[];
  readonly data: readonly Size[];
  readonly name: string;
}

export const countOf = (number: RunNumber): Count => ({ terms: new Map([[number, 1]]), offset: 0 });

const termsOf = (size: Size): ReadonlyMap<RunNumber, number> =>
  typeof size === 'number' ? new Map() : size.terms;
const offsetOf = (size: Size): number => (typeof size === 'number' ? size : size.offset);

/** `a + factor · b` */
export function plus(a: Size, b: Size, factor = 1): Size {
  const terms = new Map(termsOf(a));
  for (const [number, times] of termsOf(b)) {
    const sum = (terms.get(number) ?? 0) + factor * times;
    if (sum === 0) terms.delete(number);
    else terms.set(number, sum);
  }
  const offset = offsetOf(a) + factor * offsetOf(b);
  return terms.size === 0 ? offset : { terms, offset };
}

/** The least and the most that a size can be. */
export function boundsOf(size: Size): readonly [least: number, most: number] {
  let [least, most] = [offsetOf(size), offsetOf(size)];
  for (const [number, factor] of termsOf(size)) {
    if (factor < 0) least += factor * number.most;
    else most += factor * number.most;
  }
  return [least, most];
}

export const isSame = (a: Size, b: Size): boolean => plus(a, b, -1) === 0;

/** Whether `a < b` holds, where that can be said. */
function isLess(a: Size, b: Size): boolean | undefined {
  const [least, most] = boundsOf(plus(a, b, -1));
  return most < 0 ? true : least >= 0 ? false : undefined;
}

const truth = (holds: boolean | undefined): Size | undefined =>
  holds === undefined ? undefined : Number(holds);
const turned = (holds: boolean | undefined): boolean | undefined =>
  holds === undefined ? undefined : !holds;

/** The smaller, or larger, of two: one of them where it is known which one that is, otherwise a number of its own. */
const extreme =
  (op: 'minimum' | 'maximum'): Compute =>
  (emitter, a = 0, b = 0) => {
    const less = isLess(a, b) ?? turned(isLess(b, a));
    if (less !== undefined) return less === (op === 'minimum') ? a : b;
    const [value, other] = [a, b].map((size) => emitSize(emitter, size, op)) as [string, string];
    const most = (op === 'minimum' ? Math.min : Math.max)(boundsOf(a)[1], boundsOf(b)[1]);
    return countOf({ value: emitter.node(op, [value, other], {}, op), most });
  };

type Compute = (emitter: Emitter, ...sizes: Size[]) => Size | undefined;

const times: Compute = (_, a = 0, b = 0) =>
  typeof a === 'number' ? plus(0, b, a) : typeof b === 'number' ? plus(0, a, b) : undefined;

const select: Compute = (_, condition, a, b) =>
  typeof condition !== 'number' ? undefined : condition === 0 ? b : a;

/** Ops on the sizes at the same place; what cannot be said is `undefined`. */
const elementwise: ReadonlyMap<string, Compute> = new Map(
  Object.entries<Compute>({
    Add: (_, a = 0, b = 0) => plus(a, b),
    AddV2: (_, a = 0, b = 0) => plus(a, b),
    Greater: (_, a = 0, b = 0) => truth(isLess(b, a)),
    GreaterEqual: (_, a = 0, b = 0) => truth(turned(isLess(a, b))),
    Less: (_, a = 0, b = 0) => truth(isLess(a, b)),
    LessEqual: (_, a = 0, b = 0) => truth(turned(isLess(b, a))),
    Maximum: extreme('maximum'),
    Minimum: extreme('minimum'),
    Mul: times,
    Neg: (_, a = 0) => plus(0, a, -1),
    Select: select,
    SelectV2: select,
    Sub: (_, a = 0, b = 0) => plus(a, b, -1),
  }),
);

/** Ops that only arrange what they read, with the inputs that hold it; negative ones count from the end. */
const arranging: ReadonlyMap<string, (inputs: number) => readonly number[]> = new Map(
  Object.entries<(inputs: number) => readonly number[]>({
    ConcatV2: (inputs) => Array.from({ length: inputs - 1 }, (_, i) => i),
    ExpandDims: () => [0],
    GatherV2: () => [0],
    Pack: (inputs) => Array.from({ length: inputs }, (_, i) => i),
    Reshape: () => [0],
    Slice: () => [0],
    Split: () => [1],
    SplitV: () => [0],
    Squeeze: () => [0],
    StridedSlice: () => [0],
    Tile: () => [0],
    Transpose: () => [0],
    Unpack: () => [0],
  }),
);

/** Several sizes as numbers that stand for them, so that what only moves numbers moves them. */
class Codes {
  readonly #sizes: Size[] = [];

  of(size: Size): number {
    return this.#sizes.push(size) - 1;
  }

  known({ shape, data }: OpenSizes | Constant): Known {
    return { shape, data: Float64Array.from(data as readonly Size[], (size) => this.of(size)) };
  }

  at(code: number): Size {
    return this.#sizes[code] as Size;
  }

  sizes({ data }: Known): Size[] {
    return Array.from(data, (code) => this.at(code));
  }
}

const isSizes = (value: { readonly kind: string }): value is OpenSizes => value.kind === 'sizes';

/** Sizes, or a constant where all of them are known. */
export function sizesOrConstant(
  shape: readonly number[],
  data: readonly Size[],
  name: string,
): OpenSizes | Constant {
  const isKnown = data.every((size) => typeof size === 'number');
  return isKnown
    ? { kind: 'constant', shape, data: Float64Array.from(data), name }
    : { kind: 'sizes', shape, data, name };
}

/** What an op makes of sizes and constants; `undefined` where that is no size that can be named. */
export function computeSizes(
  node: GraphNode,
  given: readonly (OpenSizes | Constant)[],
  emitter: Emitter,
): readonly (OpenSizes | Constant)[] | undefined {
  const { op, name } = node;
  const { budget } = emitter;
  if (op === 'Identity' || op === 'Cast' || op === 'StopGradient') return given.slice(0, 1);
  const codes = new Codes();
  const result = (known: Known, index: number): OpenSizes | Constant =>
    sizesOrConstant(known.shape, codes.sizes(known), index === 0 ? name : `${name}:${index}`);
  const compute = elementwise.get(op);
  if (compute !== undefined) {
    let isSaid = true;
    const numbers = combined(
      budget,
      given.map((value) => codes.known(value)),
      (...places) => {
        const size = compute(emitter, ...places.map((place) => codes.at(place)));
        isSaid &&= size !== undefined;
        return codes.of(size ?? 0);
      },
    );
    return isSaid ? [result(numbers, 0)] : undefined;
  }
  const moved = arranging.get(op)?.(given.length);
  const fold = tensorflowFolds.get(op);
  if (moved === undefined || fold === undefined) return undefined;
  const inputs = given.map((value, i) => {
    if (moved.includes(i)) return codes.known(value);
    return isSizes(value) ? undefined : value;
  });
  if (!inputs.every((input) => input !== undefined)) return undefined;
  const results = fold({ budget, inputs, attributes: node });
  return ('shape' in results ? [results] : results).map(result);
}

/** One size as a graph value of one element. */
export function emitSize(emitter: Emitter, size: Size, name: string): string {
  const constant = (value: number): string =>
    emitter.parameter(
      `${name}/constant`,
      { dtype: 'float32', shape: [1], data: Float32Array.of(value) } as never,
      'constant',
    );
  const node = (op: 'add' | 'mul', a: string, b: string): string =>
    emitter.node(op, [a, b], {}, `${name}/${op}`);
  const parts = [...termsOf(size)].map(([{ value }, factor]) => {
    const flat = emitter.reshape(value, [1], `${name}/number`);
    return factor === 1 ? flat : node('mul', flat, constant(factor));
  });
  const offset = offsetOf(size);
  if (offset !== 0 || parts.length === 0) parts.push(constant(offset));
  return parts.reduce((sum, part) => node('add', sum, part));
}

/** Sizes as a value that the network computes. */
export function emitSizes(emitter: Emitter, { shape, data, name }: OpenSizes): NodeValue {
  if (data.length > 64) refuse(`computes with ${data.length} numbers of rows`);
  const parts = data.map((size) => emitSize(emitter, size, name));
  const all =
    parts.length === 1 ? (parts[0] as string) : emitter.node('concat', parts, { axis: 0 }, `${name}/sizes`);
  return { kind: 'value', name: emitter.reshape(all, shape, name) };
}
