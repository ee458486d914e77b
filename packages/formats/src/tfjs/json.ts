/**
 * @file JSON out of an untrusted file. Only an object's own properties are read, so that a name such as `__proto__` is a
 * name like any other, and every value is checked to be what it should be.
 */
import { maxRank } from '../budget.js';
import { quote, refuse } from '../errors.js';
import { isObject, type Json } from '../json.js';

/** What a JSON value is, for messages. */
function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? 'an object' : quote(String(value));
}

/** An object with the place in the file where it stands. */
export class JsonObject {
  readonly #value: { readonly [key: string]: Json };
  /** Where it stands, for messages. */
  readonly path: string;

  /** @throws {FormatError} when the value is no object. */
  constructor(value: Json | undefined, path: string) {
    if (!isObject(value)) refuse(`${path} must be an object, but is ${kindOf(value)}`);
    this.#value = value;
    this.path = path;
  }

  /** A property's value as it is. */
  get(key: string): Json | undefined {
    return Object.hasOwn(this.#value, key) ? this.#value[key] : undefined;
  }

  /** Whether the property is there and not null. */
  has(key: string): boolean {
    return this.get(key) !== undefined && this.get(key) !== null;
  }

  keys(): string[] {
    return Object.keys(this.#value);
  }

  string(key: string, absent?: string): string {
    const value = this.get(key) ?? absent;
    return typeof value === 'string' ? value : this.#refuse(key, 'a text');
  }

  boolean(key: string, absent: boolean): boolean {
    const value = this.get(key) ?? absent;
    return typeof value === 'boolean' ? value : this.#refuse(key, 'true or false');
  }

  number(key: string, absent?: number): number {
    const value = this.get(key) ?? absent;
    return typeof value === 'number' && Number.isFinite(value) ? value : this.#refuse(key, 'a finite number');
  }

  /** Integers, one per dimension. */
  integers(key: string, absent?: readonly number[]): readonly number[] {
    const value = this.get(key) ?? absent;
    const isFit = Array.isArray(value) && value.length <= maxRank && value.every(Number.isSafeInteger);
    return isFit ? (value as readonly number[]) : this.#refuse(key, `a list of at most ${maxRank} integers`);
  }

  list(key: string): readonly Json[] {
    const value = this.get(key) ?? [];
    return Array.isArray(value) ? value : this.#refuse(key, 'a list');
  }

  /** The object in a property. */
  object(key: string): JsonObject {
    return new JsonObject(this.get(key), `${this.path}.${key}`);
  }

  /** The objects of a list. */
  objects(key: string): JsonObject[] {
    return this.list(key).map((value, i) => new JsonObject(value, `${this.path}.${key}[${i}]`));
  }

  #refuse(key: string, wanted: string): never {
    refuse(`${this.path}.${key} must be ${wanted}, but is ${kindOf(this.get(key))}`);
  }
}
