/** @file What plain data must look like: checks for values that come from a file or an untyped caller. */
import { TrainError } from './errors.js';

/** Checks one value; `path` says where it is. */
export type Check = (value: unknown, path: string) => void;

/** A value in a few words, whatever it is: a list nested a million times deep as well. */
function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (value === undefined) return 'left out';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null
    ? 'an object'
    : typeof value === 'function'
      ? 'a function'
      : String(value);
}

/** @throws {TrainError} always. */
export function refuseField(path: string, allowed: string, found: unknown): never {
  throw new TrainError(`${path} must be ${allowed}, not ${describe(found)}`);
}

/** A finite number with a property. */
export const number =
  (allowed = 'a finite number', isFine: (value: number) => boolean = () => true): Check =>
  (value, path) => {
    if (typeof value !== 'number' || !Number.isFinite(value) || !isFine(value))
      refuseField(path, allowed, value);
  };

/** An integer that float64 holds exactly. */
export const integer = (allowed: string, least: number, most: number = Number.MAX_SAFE_INTEGER): Check =>
  number(allowed, (value) => Number.isSafeInteger(value) && value >= least && value <= most);

export const count = integer('an integer of at least 1', 1);
export const natural = integer('an integer of at least 0', 0);
export const positive = number('a finite number above 0', (value) => value > 0);
export const notNegative = number('a finite number of at least 0', (value) => value >= 0);
/** From 0 to below 1. */
export const decay = number('from 0 to below 1', (value) => value >= 0 && value < 1);
export const share = number('from 0 to 1', (value) => value >= 0 && value <= 1);

export const boolean: Check = (value, path) => {
  if (typeof value !== 'boolean') refuseField(path, 'true or false', value);
};

export const text: Check = (value, path) => {
  if (typeof value !== 'string') refuseField(path, 'a text', value);
};

/** A text of a certain form. */
export const textLike =
  (pattern: RegExp, allowed: string): Check =>
  (value, path) => {
    if (typeof value !== 'string' || !pattern.test(value)) refuseField(path, allowed, value);
  };

export const oneOf =
  (...values: readonly string[]): Check =>
  (value, path) => {
    if (!values.includes(value as string)) {
      refuseField(path, values.map((one) => JSON.stringify(one)).join(' or '), value);
    }
  };

/** A list, each of its elements checked. */
export const list =
  (of: Check, least = 0, most = Infinity): Check =>
  (value, path) => {
    const allowed =
      least === most
        ? `a list of ${least}`
        : least > 0
          ? `a list of at least ${least}`
          : most < Infinity
            ? `a list of at most ${most}`
            : 'a list';
    if (!Array.isArray(value) || value.length < least || value.length > most)
      return refuseField(path, allowed, value);
    for (let i = 0; i < value.length; i++) of(value[i], `${path}[${i}]`);
  };

/** Whether a value is an object, and neither a list nor null. */
export const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Fields = { readonly [name: string]: Check };

/** An object with these fields and no others; one that is `undefined` counts as left out. */
export const object =
  (required: Fields, optional: Fields = {}): Check =>
  (value, path) => {
    if (!isObject(value)) return refuseField(path, 'an object', value);
    const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
    const all = new Map(Object.entries({ ...required, ...optional }));
    for (const name of Object.keys(value)) {
      if (!all.has(name)) {
        throw new TrainError(`${at(name.slice(0, 40))} is unknown: known are ${[...all.keys()].join(', ')}`);
      }
    }
    for (const [name, check] of all) {
      const field = Object.hasOwn(value, name) ? value[name] : undefined;
      if (field !== undefined || Object.hasOwn(required, name)) check(field, at(name));
    }
  };

/** One number for all channels, or one for each. */
const perChannel =
  (of: Check): Check =>
  (found, path) =>
    (Array.isArray(found) ? list(of, 1) : of)(found, path);

/** What `Normalization` of @sepconv/tensor must look like. */
export const normalizationFields = object({
  mean: perChannel(number()),
  standardDeviation: perChannel(number('a finite number other than 0', (deviation) => deviation !== 0)),
});
