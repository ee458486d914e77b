import { quote, refuse } from './errors.js';

/** What `JSON.parse` gives. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Deeper than any model is nested, and no danger to functions that call themselves. */
const maxDepth = 500;

/**
 * Reads a JSON document.
 *
 * @throws {FormatError} when it is none, or is nested so deeply that no model is.
 */
export function parseJson(bytes: Uint8Array, what: string): Json {
  let json: Json;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json;
  } catch (error) {
    return refuse(`${what} is no JSON: ${quote((error as Error).message)}`);
  }
  expectShallow(json, what);
  return json;
}

/** Level by level, without a call for each. */
export function expectShallow(json: Json, what: string): void {
  let level: readonly Json[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) refuse(`${what} is nested more than ${maxDepth} levels deep, which no model is`);
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? (Object.values(value) as Json[]) : [],
    );
  }
}

/** Whether a JSON value is an object, and neither a list nor null. */
export const isObject = (value: unknown): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
