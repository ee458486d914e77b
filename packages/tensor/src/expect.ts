/** @file Arguments of functions that packages share, checked by kind, so that callers without types meet no error of the language. */
import { TensorError } from './errors.js';

const isNumber = (value: unknown): boolean => typeof value === 'number';

/** Kinds of arguments, with how each is told and whether a value is of it. */
const kinds = {
  number: ['a number', isNumber],
  object: ['an object', (value: unknown) => typeof value === 'object' && value !== null],
  map: ['a Map', (value: unknown) => value instanceof Map],
  list: ['a list', Array.isArray],
  numbers: [
    'a list of numbers',
    (value: unknown) =>
      ArrayBuffer.isView(value) ? 'fill' in value : Array.isArray(value) && value.every(isNumber),
  ],
} as const;

/**
 * Checks arguments, or fields of one, by their kinds.
 *
 * @param of - The function's name, or where the fields belong.
 * @throws {TensorError} naming the first that is of another kind, and what it must be.
 */
export function expectKinds(
  of: string,
  given: Readonly<Record<string, unknown>>,
  ...wanted: readonly (keyof typeof kinds)[]
): void {
  Object.entries(given ?? {}).forEach(([name, value], i) => {
    const kind = wanted[Math.min(i, wanted.length - 1)] as keyof typeof kinds;
    const [told, isIt] = kinds[kind] ?? [`of a kind that there is, not ${String(kind)}`, () => false];
    if (!isIt(value)) throw new TensorError(`${name} of ${of} must be ${told}, but is ${shown(value)}`);
  });
}

/** A value in a few words. */
const shown = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? `an object (${value.constructor?.name ?? 'without a class'})`
    : String(value);

/** As {@link expectKinds}, for what is called with each number of a tensor: nothing is made unless it fails. */
export function expectNumber(of: string, value: unknown): void {
  if (typeof value !== 'number') throw new TensorError(`${of} takes numbers, but was given ${shown(value)}`);
}
